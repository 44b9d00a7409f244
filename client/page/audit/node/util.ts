/** What `@tufjs/models` uses of `node:util`, for browsers. */
import isDeepStrictEqual from 'fast-deep-equal';

export { isDeepStrictEqual };
export default { isDeepStrictEqual };
