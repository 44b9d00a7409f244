/** Where bad tips of `main` are kept, each under its object id: for inspection, never to come back. */
export const rejectedRefs = 'refs/tuf/rejected';
