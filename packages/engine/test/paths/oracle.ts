import type { PathGuardOptions } from '../../src/paths/path-guard.ts';

/**
 * Which protected paths a text refers to, found the slow way: every reading, every stretch of it that begins where
 * a path can begin and ends where one can end, resolved by itself and compared with every protected path.
 */
export function findReferences(text: string, options: PathGuardOptions): ReadonlySet<string> {
  const environment = {
    cwd: absolute(canonical(options.cwd, options.foldCase)),
    home: absolute(canonical(options.home, options.foldCase)),
  };
  const targets = [...options.protectedPaths, ...options.ownFiles].flatMap((display) =>
    formsOf(display, options.foldCase).map((form) => ({ display, ...targetOf(form, environment) })),
  );
  const found = new Set<string>();
  for (const reading of readingsOf(text, options.foldCase)) {
    for (const { base, from } of startsOf(reading, environment)) {
      for (let end = from; end <= reading.length; end++) {
        if (end < reading.length && !isDelimiter(reading.charAt(end))) continue;
        const names = resolve(base, reading.slice(from, end));
        for (const target of targets) if (refers(names, target)) found.add(target.display);
      }
    }
  }
  return found;
}

interface Environment {
  readonly cwd: readonly string[];
  readonly home: readonly string[];
}

interface Name {
  readonly text: string;
  readonly written: boolean;
}

interface Target {
  readonly names: readonly string[];
  readonly relative: boolean;
}

function refers(names: readonly Name[], target: Target): boolean {
  const { length } = target.names;
  if (!target.relative) return target.names.every((name, index) => names[index]?.text === trim(name));
  return names.some((_, start) => {
    const last = names[start + length - 1];
    const wanted = target.names[length - 1] ?? '';
    if (last === undefined || !last.written) return false;
    for (let k = 0; k < length - 1; k++) if (names[start + k]?.text !== target.names[k]) return false;
    return last.text === wanted || ['.', '-', '~'].some((mark) => last.text.startsWith(wanted + mark));
  });
}

function resolve(base: readonly string[], written: string): readonly Name[] {
  const names: Name[] = base.map((text) => ({ text, written: false }));
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      const isRoot = names.length === 1 && names[0]?.written === false && /^[a-z]:$/.test(names[0].text);
      if (!isRoot) names.pop();
    } else names.push({ text: trim(part), written: true });
  }
  return names;
}

function trim(name: string): string {
  return name.replace(/[. ]+$/, '') || name;
}

interface Start {
  readonly base: readonly string[];
  readonly from: number;
}

function startsOf(text: string, { cwd, home }: Environment): readonly Start[] {
  const starts: Start[] = [];
  const roots = /^[a-z]:$/.test(cwd[0] ?? '') ? [[], cwd.slice(0, 1)] : [[]];
  const add = (base: readonly string[], from: number) => starts.push({ base, from });
  const followed = (at: number) =>
    at >= text.length || text.charAt(at) === '/' || isDelimiter(text.charAt(at));

  for (let at = 0; at <= text.length; at++) {
    const before = text.slice(0, at);
    const rest = text.slice(at);
    if (rest.startsWith('/') && /\$[A-Za-z0-9_]*$/.test(before)) for (const root of roots) add(root, at);
    if (!isStart(text, at)) continue;
    if (rest.startsWith('/')) {
      const drive = /(?:^|.)([A-Za-z]):$/s.exec(before);
      const lone = drive !== null && (at === 2 || isBoundary(text.charAt(at - 3)));
      for (const root of lone ? [[]] : roots) add(root, at);
      if (drive !== null) add(lone ? [`${drive[1]?.toLowerCase()}:`] : [], at);
      const host = /^\/\/[^/]*(?=\/)/.exec(rest);
      if (/file:$/i.test(before) && host !== null) for (const root of roots) add(root, at + host[0].length);
      continue;
    }
    add(cwd, at);
    if (/^~(?!\+)/.test(rest) && followed(at + 1)) add(home, at + 1);
    if (rest.startsWith('~+') && followed(at + 1))
      add(followed(at + 2) ? cwd : home, at + (followed(at + 2) ? 2 : 1));
    const user = /^~[A-Za-z0-9_]/.test(rest);
    if (user) add(home.slice(0, -1), at + 1);
    if (user && rest.startsWith('~root')) add([], at + 1);
    const word =
      /^(?:(\$home|\$\{home\}|\$env:home|\$env:userprofile|%userprofile%|%home%)|\$pwd|\$\{pwd\}|%cd%)/i.exec(
        rest,
      );
    if (word !== null && followed(at + word[0].length)) {
      add(word[1] === undefined ? cwd : home, at + word[0].length);
    }
  }
  return starts;
}

function isStart(text: string, at: number): boolean {
  if (isPlainStart(text, at)) return true;
  // Inside an option: `-i/path`, `-i.env`.
  for (let word = at - 1; word >= 0 && !isBoundary(text.charAt(word)); word--) {
    if (text.charAt(word) !== '-' || !isPlainStart(text, word)) continue;
    const letter = /[A-Za-z]/.test(text.charAt(word + 1));
    const between = text.slice(word + 1, at);
    if (letter && at === word + 2) return true;
    if (/[~]/.test(between) || (letter && between.includes('.'))) return false;
    return ['/', '~'].includes(text.charAt(at)) || (letter && text.charAt(at) === '.');
  }
  return false;
}

function isPlainStart(text: string, at: number): boolean {
  if (at === 0) return true;
  if (!isDelimiter(text.charAt(at - 1))) return false;
  const member = /^\.(?!\.|$)/.test(text.slice(at)) && !isBoundary(text.charAt(at + 1));
  if (!member) return true;
  if (/[)\]}]/.test(text.charAt(at - 1))) return false;
  const held = at >= 2 && (!isBoundary(text.charAt(at - 2)) || /[)\]}]/.test(text.charAt(at - 2)));
  return !(/[?!*]/.test(text.charAt(at - 1)) && held);
}

function isBoundary(character: string): boolean {
  return character === '' || character === '/' || isDelimiter(character);
}

function isDelimiter(character: string): boolean {
  return /^[^A-Za-z0-9_.~/\u00a1-\uffff-]$|^[\u00ab\u00bb\u2000-\u206f\u3000-\u301f]$/.test(character);
}

function absolute(path: string): readonly string[] {
  const names = path.replaceAll('\\', '/').replace(/^[A-Za-z](?=:)/, (letter) => letter.toLowerCase());
  const drive = /^[a-z]:(?=\/|$)/.exec(names);
  const base = drive === null ? [] : [drive[0]];
  return resolve(base, names.slice(drive === null ? 0 : 2)).map(({ text }) => text);
}

function targetOf(form: string, { cwd, home }: Environment): Target {
  const text = form.replaceAll('\\', '/');
  const below = (base: readonly string[], rest: string) => ({
    names: resolve(base, rest).map((name) => name.text),
    relative: false,
  });
  const word = /^(?:~|\$home|\$\{home\})(?=\/|$)/i.exec(text);
  if (word !== null) return below(home, text.slice(word[0].length));
  if (/^(?:\/|[A-Za-z]:\/)/.test(text)) return { names: absolute(text), relative: false };
  if (text.split('/').includes('..')) return below(cwd, text);
  return { names: resolve([], text).map((name) => name.text), relative: true };
}

function canonical(text: string, foldCase: boolean): string {
  const seen = text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  const folded = foldCase ? seen.toUpperCase().toLowerCase().replaceAll('ς', 'σ') : seen;
  return folded.normalize('NFKC');
}

function formsOf(text: string, foldCase: boolean): readonly string[] {
  const raw = canonical(text, foldCase);
  let decoded = raw;
  for (;;) {
    const next = canonical(decoded.replace(/(?:%[0-9a-f]{2})+/gi, decodeRun), foldCase);
    if (next === decoded) return [raw, decoded];
    decoded = next;
  }
}

/** One round of percent-decoding; `%c0%ae` and `%c0%af` are the long forms that attackers use. */
function decodeRun(run: string): string {
  const bytes = run
    .replace(/%c0%ae/gi, '%2e')
    .replace(/%c0%af/gi, '%2f')
    .slice(1)
    .split('%');
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 16))).toString('utf8');
}

function readingsOf(text: string, foldCase: boolean): readonly string[] {
  const plain = formsOf(text, foldCase).flatMap((form) => {
    if (!form.includes('\\')) return [form];
    const codes = form
      .replace(/\\+/g, '\\')
      .replace(
        /\\x([0-9a-f]{2})|\\u([0-9a-f]{4})|\\([0-7]{1,3})|\\[abefnrtv]/gi,
        (match, byte, unit, octal) =>
          octal !== undefined
            ? String.fromCharCode(Number.parseInt(octal, 8) & 255)
            : byte !== undefined || unit !== undefined
              ? String.fromCharCode(Number.parseInt(byte ?? unit, 16))
              : /[A-Z]/.test(match)
                ? match
                : ' ',
      );
    const bare = codes.split('\\\n').join('').split('\\').join('');
    return [
      form.split('\\').join('/'),
      form.split('\\\n').join('').split('\\').join(''),
      ...formsOf(bare, foldCase),
    ];
  });
  return plain.flatMap((reading) => [reading, reading.replace(/\$(?=['"])|['"`^]/g, '')]);
}
