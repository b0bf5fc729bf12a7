/** What a body of a history brought. What is left out is 0. */
export interface BroughtHistory {
  /** Conversations of which the body had something. */
  readonly conversations?: number
  /** Conversations that did not exist before. */
  readonly created?: number
  /** Messages that were not known before. */
  readonly messages?: number
  /** Messages and other events that were known before. */
  readonly duplicates?: number
}
