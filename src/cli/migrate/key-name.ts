/** How keys of a Tetragon are named. */

export const NAME: RegExp = /^[a-z0-9][a-z0-9-]{0,62}$/;
