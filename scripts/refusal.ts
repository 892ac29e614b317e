/** A sentence for the person at the terminal, not a bug: shown without a stack. */
export class Refusal extends Error {}
