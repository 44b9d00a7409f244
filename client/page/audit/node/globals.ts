/** Node's own, for browsers: the build gives it to every module that names it. */
import { Buffer } from 'buffer';

type ToString = (this: Uint8Array, encoding?: string, ...range: number[]) => string;

/** The one encoding that the package lacks and core/metadata writes: RFC 4648 §5, without padding. */
const prototype = Buffer.prototype as unknown as { toString: ToString };
const { toString } = prototype;
prototype.toString = function (encoding, ...range) {
  if (encoding !== 'base64url') return toString.call(this, encoding, ...range);
  const text = toString.call(this, 'base64', ...range);
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
};

export { Buffer };
