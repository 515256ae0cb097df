import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tame } from './tame.ts';

describe('tame', () => {
  it.each([
    ['plain text stays', 'send {"to": "a"}', 'send {"to": "a"}'],
    ['letters of all scripts stay', 'Żółw 漢字 שלום नमस्ते', 'Żółw 漢字 שלום नमस्ते'],
    ['lines', 'a\nb\r\n\tc', 'a\\nb\\r\\n\\tc'],
    ['other separators of lines', 'a\u0085b\u2028c\u2029d', 'a\\u{85}b\\u{2028}c\\u{2029}d'],
    ['an escape sequence', '\u001b[2Jx\u009b1A', '\\u{1b}[2Jx\\u{9b}1A'],
    ['a bell and a rubout', '\u0007\u007f\u0008', '\\u{7}\\u{7f}\\u{8}'],
    ['text direction', 'a\u202eb\u2066c\u061cd', 'a\\u{202e}b\\u{2066}c\\u{61c}d'],
    ['zero width', 'a\u200bb\u200dc\u2060d\ufeffe', 'a\\u{200b}b\\u{200d}c\\u{2060}d\\u{feff}e'],
    ['a soft hyphen', 'a\u00adb', 'a\\u{ad}b'],
    ['fillers that look like nothing', '\u3164\uffa0\u115f\u2800', '\\u{3164}\\u{ffa0}\\u{115f}\\u{2800}'],
    ['spaces that are none', 'a\u00a0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
    ['tags and variation selectors', 'a\u{e0061}b\ufe0fc', 'a\\u{e0061}b\\u{fe0f}c'],
    ['half a character', 'a\ud800b', 'a\\u{d800}b'],
    ['private use', '\ue000', '\\u{e000}'],
    ['a pile of marks', `e${'\u0301'.repeat(5)}x`, `e${'\u0301'.repeat(3)}\\u{301}\\u{301}x`],
  ])('%s', (_, text, expected) => {
    expect(tame(text)).toBe(expected);
  });

  it('shows nothing that a terminal obeys or hides, and is done after one time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const shown = tame(text);
        expect(shown).toMatch(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u);
        expect(shown).not.toMatch(/\p{Default_Ignorable_Code_Point}|\p{M}{4}/u);
        expect(tame(shown)).toBe(shown);
      }),
    );
  });
});
