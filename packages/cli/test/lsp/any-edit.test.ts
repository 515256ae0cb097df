import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Position, Range } from 'vscode-languageserver-protocol';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { checkText } from '../../src/lsp/check-text.ts';
import { completeAt } from '../../src/lsp/complete.ts';
import { describeAt } from '../../src/lsp/hover.ts';
import { captureContext, type Folder, makeFolder } from '../lint/lint-in-folder.ts';
import { randomPolicy } from '../lint/random-policy.ts';
import { Editor } from './editor.ts';

/** What people type into a policy, and what YAML and the protocol trip over. */
const SNIPPETS = [
  '\n',
  '\r\n',
  '\r',
  '\t',
  ' ',
  ': ',
  '- ',
  '"',
  "'",
  '|',
  '{',
  ']',
  '&a ',
  '*a',
  '<<: ',
  '# aip-ignore: x -- y',
  '\n---\n',
  '\nmode: ',
  '\n  tool_rules:\n    - tool: a\n      allow_args:\n        path: ^(a|b',
  '\ufeff',
  '\u2028',
  '\u{1f600}',
  '\ud800',
  '(?<=',
  '\\',
];

function embed(policy: string): string {
  return `apiVersion: v1\nkind: ConfigMap\ndata:\n  policy.yaml: |\n${policy.replace(/^(?=.)/gm, '    ')}`;
}

const text = fc.oneof(
  randomPolicy,
  randomPolicy.map(embed),
  fc.constantFrom('', 'apiVersion: aip.io/v1alpha1\n'),
);

/** Positions in the text and far behind it: an editor may be ahead of what the server has read. */
const number = fc.oneof(fc.nat({ max: 60 }), fc.constantFrom(0, 1_000_000, 2_147_483_647));
const position: fc.Arbitrary<Position> = fc.record({ line: number, character: number });

interface Step {
  readonly from: Position;
  readonly to: Position;
  readonly text: string;
  readonly asked: Position;
}

const step: fc.Arbitrary<Step> = fc.record({
  from: position,
  to: position,
  text: fc.oneof(fc.constantFrom(...SNIPPETS), fc.string({ maxLength: 8 })),
  asked: position,
});

/** The protocol wants a range's start before its end. */
function toRange(document: TextDocument, { from, to }: Step): Range {
  const [start, end] = document.offsetAt(from) <= document.offsetAt(to) ? [from, to] : [to, from];
  return { start, end };
}

describe('any edit', () => {
  let folder: Folder;
  let editor: Editor;
  let opened = 0;

  beforeAll(async () => {
    folder = makeFolder({});
    editor = await Editor.start(folder.path);
  });
  afterAll(async () => {
    // A server that had failed on the way would not end as it should.
    expect(await editor.stop()).toBe(0);
    folder.remove();
  });

  it('is answered, wherever the editor asks, with the findings of the text as it is then', {
    timeout: 120_000,
  }, async () => {
    const { context } = captureContext(folder.path);
    await fc.assert(
      fc.asyncProperty(text, fc.array(step, { minLength: 1, maxLength: 6 }), async (start, steps) => {
        const path = join(folder.path, `${++opened}.yaml`);
        const uri = pathToFileURL(path).href;
        await editor.open(uri, start);
        let version = 1;
        for (const each of steps) {
          version = await editor.edit(uri, toRange(editor.documentAt(uri), each), each.text);
          const { hover, items, actions } = await editor.askAll(uri, each.asked);
          const current = editor.documentAt(uri);
          const offset = current.offsetAt(each.asked);
          expect(hover === null).toBe(describeAt(current.getText(), offset) === undefined);
          expect(items).toHaveLength(completeAt(current.getText(), offset).proposals.length);
          for (const action of actions) expect(typeof editor.apply(uri, action)).toBe('string');
        }
        const found = await editor.waitForFindings(uri, version);
        const result = checkText(context, editor.documentAt(uri).getText(), path);
        expect(found.map(({ code }) => code)).toEqual(result.map(({ code }) => code));
        await editor.close(uri);
        editor.forgetFindings();
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a text that can be asked about everywhere', () => {
    fc.assert(
      fc.property(text, fc.array(step, { maxLength: 6 }), (start, steps) => {
        let document = TextDocument.create('file:///a.yaml', 'yaml', 1, start);
        for (const each of steps) {
          const change = { range: toRange(document, each), text: each.text };
          document = TextDocument.update(document, [change], document.version + 1);
        }
        const result = document.getText();
        for (let offset = 0; offset <= result.length; offset += 7) {
          describeAt(result, offset);
          const { start: from, end } = completeAt(result, offset);
          expect(from).toBeLessThanOrEqual(offset);
          expect(end).toBeGreaterThanOrEqual(offset);
          expect(end).toBeLessThanOrEqual(result.length);
        }
      }),
      { numRuns: 25 },
    );
  }, 120_000);
});
