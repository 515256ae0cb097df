/**
 * JSON with comments (and commas behind the last entry) as plain JSON of the same length: what is no JSON becomes
 * spaces, so that every place in the result is the same place in the text.
 */
export function blankComments(text: string): string {
  const pieces: string[] = [];
  /** Where the comma stands that nothing has followed yet. */
  let comma: number | null = null;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  if (at > 0) pieces.push(' ');
  while (at < text.length) {
    const end = endOfPiece(text, at);
    const piece = text.slice(at, end);
    const isComment = piece.startsWith('//') || piece.startsWith('/*');
    if (isComment) pieces.push(blank(piece));
    else {
      if ((piece === ']' || piece === '}') && comma !== null) pieces[comma] = ' ';
      if (piece === ',') comma = pieces.length;
      else if (!isSpace(piece)) comma = null;
      pieces.push(piece);
    }
    at = end;
  }
  return pieces.join('');
}

/** The end of the string, the comment or the single character that starts here. */
function endOfPiece(text: string, at: number): number {
  const two = text.slice(at, at + 2);
  if (two === '//') {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  }
  if (two === '/*') {
    const end = text.indexOf('*/', at + 2);
    // Without its end it is no comment: the reader then says what is wrong, and where.
    return end === -1 ? at + 1 : end + 2;
  }
  return text[at] === '"' ? endOfString(text, at) : at + 1;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
    else if (text[at] === '\n') return at;
  }
  return text.length;
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

/** Lines stay where they are. */
function blank(comment: string): string {
  return comment.replace(/[^\r\n]/g, ' ');
}
