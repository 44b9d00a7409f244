/**
 * How the gate ends when it does not let a push in. Node ends with 1 to 13 by itself, and shells
 * report signals above 128, so none of those can be taken for these.
 */

/** The pusher has been told why. */
export const refusedStatus = 20;
/** Something went wrong that is not for the pusher's eyes. */
export const noVerdictStatus = 21;
