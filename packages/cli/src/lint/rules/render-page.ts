import { type Columns, wrap } from '../../terminal/columns.ts';
import type { Style } from '../../terminal/style.ts';

const INDENT = '  ';
const CODE_INDENT = '    ';

/** A rule's page for a terminal: headings, code as it is, and paragraphs that fit into so many columns. */
export function renderPage(markdown: string, columns: Columns, style: Style): readonly string[] {
  const [, ...sections] = markdown.split('\n## ');
  return sections.flatMap((section) => {
    const end = section.indexOf('\n');
    return ['', style.bold(section.slice(0, end)), ...renderSection(section.slice(end + 1), columns, style)];
  });
}

function renderSection(text: string, columns: Columns, style: Style): readonly string[] {
  const lines: string[] = [];
  let paragraph: string[] = [];
  let isCode = false;
  const endParagraph = (): void => {
    if (paragraph.length === 0) return;
    lines.push('', ...wrap(withoutLinks(paragraph.join(' ')), columns, INDENT));
    paragraph = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) {
      endParagraph();
      if (!isCode) lines.push('');
      isCode = !isCode;
    } else if (isCode) lines.push(line === '' ? '' : style.dim(CODE_INDENT + line));
    else if (line.trim() === '') endParagraph();
    else {
      if (line.startsWith('- ')) endParagraph();
      paragraph.push(line.trim());
    }
  }
  endParagraph();
  // The heading and what is below it stand together.
  return lines[0] === '' ? lines.slice(1) : lines;
}

/** `[rule](rule.md)` is shown as `rule`. */
function withoutLinks(text: string): string {
  return text.replace(/\[([^\][]*)\]\([^()\s]*\)/g, '$1');
}
