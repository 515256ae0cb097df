/** A small deterministic generator (mulberry32): the same seed gives the same run everywhere. */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** What hostile messages are made of: other spellings of what matters, ends of lines and of strings, damaged text. */
const TOKENS: readonly Buffer[] = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    '\u0000',
    '\ufeff',
    '\u200b',
    '\u2028',
    'null',
    'true',
    '1e999',
    '-0',
    '1.5',
    '\\u0000',
    '\\u006e',
    '\\ud800',
    '"name":"rm"',
    ',"name":"rm"',
    '"name":"rm",',
    ',"Name":"rm"',
    ',"n\\u0061me":"rm"',
    ',"name\\u0000":"rm"',
    ',"ｎame":"rm"',
    ',"method":"tools/call"',
    ',"METHOD":"tools/call"',
    '"method":"resources/read",',
    ',"method":"tools\\/call"',
    ',"params":{"name":"rm"}',
    ',"param\u017f":{"name":"rm"}',
    ',"arguments":{"url":"file:///etc/shadow"}',
    ',"id":1',
    ',"id":null',
    ',"jsonrpc":"1.0"',
    '}\n{',
    '}{',
    '},{',
    'rm',
    'Read',
    'ＲＭ',
    'tools/call',
    'Tools/Call',
    'AKIAABCDEFGHIJKLMNOP',
    '\\u0041KIAABCDEFGHIJKLMNOP',
  ].map((token) => Buffer.from(token)),
  Buffer.from([0xff]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
];

/** One to four changes of a message's bytes. */
export function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  let changed = bytes;
  for (let left = 1 + random(4); left > 0; left--) changed = mutateOnce(changed, random);
  return changed;
}

function mutateOnce(bytes: Buffer, random: (below: number) => number): Buffer {
  const at = random(bytes.length + 1);
  const end = Math.min(bytes.length, at + 1 + random(12));
  const token = TOKENS[random(TOKENS.length)] ?? Buffer.alloc(0);
  switch (random(7)) {
    case 0: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << random(8));
      return flipped;
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(end)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    case 4:
      return insertAtBoundary(bytes, token, random);
    default:
      return Buffer.concat([bytes.subarray(0, at), token, bytes.subarray(at)]);
  }
}

/** Between two members or behind a bracket, where a token is most often still JSON. */
function insertAtBoundary(bytes: Buffer, token: Buffer, random: (below: number) => number): Buffer {
  const places: number[] = [];
  for (const [at, byte] of bytes.entries())
    if (byte === 0x2c || byte === 0x7d || byte === 0x7b) places.push(at);
  const place = places[random(places.length)] ?? 0;
  const behind = bytes[place] === 0x7b ? place + 1 : place;
  return Buffer.concat([bytes.subarray(0, behind), token, bytes.subarray(behind)]);
}
