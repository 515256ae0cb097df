import type { FieldFormat } from '../generated/field-catalogue.gen.ts';
import { parseDuration } from '../values/parse-duration.ts';
import { parseListenAddress } from '../values/parse-listen-address.ts';
import { parseRateLimit } from '../values/parse-rate-limit.ts';
import { parseSize } from '../values/parse-size.ts';
import type { ValueResult } from '../values/value-result.ts';

function problemOf(result: ValueResult<unknown>): string | undefined {
  return result.ok ? undefined : result.problem;
}

/** What a reader of a form of text has against one; undefined where it has nothing, or where the form has no reader. */
export function findFormatProblem(format: FieldFormat, text: string): string | undefined {
  switch (format) {
    case 'Duration':
      return problemOf(parseDuration(text));
    case 'RateLimit':
      return problemOf(parseRateLimit(text));
    case 'Size':
      return problemOf(parseSize(text));
    case 'ListenAddress':
      return problemOf(parseListenAddress(text));
    case 'EndpointPath':
    case 'HeaderName':
    case 'HttpUrl':
    case 'HttpsUrl':
    case 'SchemaHash':
    case 'Signature':
      return undefined;
  }
}

const SHAPES: Readonly<Record<FieldFormat, string>> = {
  Duration: 'a duration is a number with a unit',
  RateLimit: 'a rate limit is written COUNT/PERIOD',
  Size: 'a size is a whole number with a unit',
  ListenAddress: 'an address is written HOST:PORT or :PORT',
  EndpointPath: 'a path begins with `/` and has no spaces, query or fragment',
  HeaderName: 'the name of an HTTP header has letters, digits and `-` only',
  HttpUrl: 'a URL begins with `https://` or `http://` and has no spaces',
  HttpsUrl: 'the URL must begin with `https://` and have no spaces',
  SchemaHash:
    'a digest is `sha256:`, `sha384:` or `sha512:` with 64, 96 or 128 digits of lower-case hexadecimal',
  Signature: 'a signature is `ed25519:` with the base64 of its 64 bytes',
};

/** Says why a text that a schema refused is not of the form that its field asks for. */
export function describeFormatProblem(format: FieldFormat | undefined, text: string): string {
  if (format === undefined) return 'it has the wrong form';
  return findFormatProblem(format, text) ?? SHAPES[format];
}
