import type { JsonObject } from '../model/json.js'
import type { MergeConversationsInput } from './inputs.js'
import type { MergeResult, UnmergeResult } from './results.js'

/** How conversations of an account become one, and two again. */
export interface ConversationMerges<TMetadata = JsonObject> {
  /**
   * Makes one conversation of two of the account, also of two customers or inboxes, in one atomic step. No message
   * moves: those of the one that is lost appear in the other, with numbers after all that it had, and with the read
   * horizon that they had. Lists by time show one thread. The kept one takes the livelier status of the two; its
   * customer, nickname and metadata stay. The id of the lost one leads to the kept one from then on, in reads, writes
   * and cursors, and the answer says so (`redirectedFrom`). With such an id, `afterSeq`, `afterEventSeq` and the `seq`
   * of `markRead` are numbers of the lost conversation, and such a `seq` marks its messages alone. The customer of the
   * lost one stays as it is: its next message opens a conversation of its own. A message of one inbox that both have is
   * shown and counted once: the copy that was read, if one was, or else the kept one's. What is told of the other copy
   * later is seen on the one that is shown.
   *
   * With `link` the two customers, who are of one inbox, become one person in the same step, as by `linkCustomerIds`:
   * each id leads to the kept conversation, whose customer and contact stay, and the other contact is merged into that
   * one. Copies of a message are hidden all the same, so that undoing the merge parts the two again.
   *
   * Throws NOT_FOUND, VERSION_CONFLICT, MERGE_REFUSED (both are one already, 64 are merged there, or their ids can't be
   * linked: they are of two inboxes, or both have a current id of one kind), ACTIVE_CONVERSATION_EXISTS and
   * USERNAME_TAKEN (the kept one would become active beside another, or the person would have two), and UNSUPPORTED on
   * a standalone mongod.
   */
  mergeConversations(input: MergeConversationsInput): Promise<MergeResult<TMetadata>>

  /**
   * Undoes a merge: the lost conversation is its own again, with its messages and numbers, and with what was read and
   * changed of them since. Each of the two has its own copy of a message that both had. What came since stays with the
   * kept one, whose numbers keep the gap. If both are one person's, who can have one active conversation only, it comes
   * back closed. The last merge into a conversation is undone first.
   *
   * A merge that linked the customers parts them again: each has its ids, its conversations and its contact. What came
   * since under the ids of the restored one stays with the kept one, and `messagesSince` counts it.
   *
   * Throws NOT_FOUND, MERGE_REFUSED (a later merge stands, or the customers were linked further since),
   * ACTIVE_CONVERSATION_EXISTS and USERNAME_TAKEN (the restored one was active, and another one is in its place now),
   * and UNSUPPORTED on a standalone mongod.
   */
  unmergeConversations(input: { readonly mergeId: string }): Promise<UnmergeResult<TMetadata>>
}
