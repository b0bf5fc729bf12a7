import type { CustomerTarget } from '../model/upsert-item.js'

/** Which conversations are merged, and the versions that they must have. */
export interface Merge {
  readonly keep: MergeTarget
  readonly lose: MergeTarget
  readonly expectedVersions: { readonly keep: number | null; readonly lose: number | null }
  /** Whether the two customers become one person. */
  readonly link: boolean
}
type MergeTarget = { readonly conversationId: string } | CustomerTarget

/** A contact by its id, or the one of a customer. */
export type ContactTarget = { readonly contactId: string } | CustomerTarget

/** Which contacts are merged. */
export interface ContactMerge {
  readonly keep: ContactTarget
  readonly lose: ContactTarget
}

/** Where the id of a merged conversation leads. */
export interface Redirect {
  readonly conversationId: string
  /** All that the conversation holds, with what is added to the numbers of their messages and events. */
  readonly parts: readonly { readonly id: string; readonly seqBase: number; readonly eventBase: number }[]
}
