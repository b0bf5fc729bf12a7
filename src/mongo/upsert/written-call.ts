import type { UpsertResult } from '../../store/adapter.js'

/** What became of a call. */
export interface WrittenCall {
  readonly results: readonly UpsertResult[]
  /** The contact inboxes under which the call's watermarks have left messages to mark. */
  readonly leftUnder: readonly string[]
}
