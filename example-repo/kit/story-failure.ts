/** Something in a story went otherwise than told. `details` are lines to show below it. */
export class StoryFailure extends Error {
  override readonly name = 'StoryFailure';
  readonly details: string;

  constructor(message: string, details = '') {
    super(message);
    this.details = details.trim();
  }
}
