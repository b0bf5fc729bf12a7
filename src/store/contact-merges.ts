import type { MergeContactsInput, WriteOptions } from './inputs.js'
import type { ContactMergeResult, ContactUnmergeResult } from './results.js'

/** How contacts of an account become one, and two again. */
export interface ContactMerges {
  /**
   * Makes one contact of two of the account, which may be of different inboxes, in one atomic step. The kept one takes
   * over what a person typed: the lost one's name, if it has no name that a person typed itself (or none at all), and
   * the metadata that it lacks. The id of the lost one leads to the kept one from then on, in finds, updates and the
   * filter of lists, and the answer says so (`redirectedFrom`). What the channel names the lost one's customers is
   * written to the kept one. It links no customer ids: each conversation stays its customer's, and replies go where
   * they went. Throws NOT_FOUND, MERGE_REFUSED (both are one already), and UNSUPPORTED on a standalone mongod.
   */
  mergeContacts(input: MergeContactsInput, options?: WriteOptions): Promise<ContactMergeResult>

  /**
   * Undoes a merge of contacts: the lost one is its own again, as it was before, and stands for its customers. The kept
   * one loses what the merge brought it, unless somebody has changed that since. The last merge into a contact is
   * undone first. Throws NOT_FOUND, MERGE_REFUSED (a later merge stands, or the customers of the kept one were linked
   * to those of an older contact since), and UNSUPPORTED on a standalone mongod.
   */
  unmergeContacts(input: { readonly mergeId: string }, options?: WriteOptions): Promise<ContactUnmergeResult>
}
