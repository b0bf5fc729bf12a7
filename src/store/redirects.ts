import { isConversationStoreError } from '../model/errors.js'
import { type AccountContext, beginWrite } from './account-context.js'
import type { Change, ConversationOperations, ConversationTarget, Redirect, WriteStamp } from './adapter.js'
import { writeRedirected } from './inbox-redirects.js'

/** How often one call follows a conversation that is merged away while the call looks for it. */
export const mostRedirects = 8

/** Where the id leads, if its conversation was merged into another one. */
export function findRedirect({ accountId, dispatch }: AccountContext, conversationId: string, signal: AbortSignal | null) {
  return dispatch.read(signal, (operations, bounds) => operations.findRedirect({ accountId, ...bounds, conversationId }))
}

/** What a change is sent to: the target, and the part that the caller named if that was merged away. */
export interface SentTo {
  readonly target: ConversationTarget
  readonly part: string | null
}

/**
 * Sends a change of one conversation. If there is none with the id that was named, the change goes to the conversation
 * into which it was merged, and if there is none of the customer who was named, to the inbox to which theirs redirects.
 * A call that finds its conversation asks nothing more.
 */
export async function sendChange(
  context: AccountContext,
  target: ConversationTarget,
  send: (operations: ConversationOperations, stamp: WriteStamp, to: SentTo) => Promise<Change>,
): Promise<Change & { readonly redirectedTo?: string }> {
  const write = beginWrite(context)
  const sendTo = (to: SentTo) => write((operations, stamp) => send(operations, stamp, to))
  if (!('conversationId' in target)) {
    const { written, redirectedTo } = await writeRedirected<ConversationTarget, Change>(context, target, (to) =>
      sendTo({ target: to, part: null }),
    )
    return redirectedTo === null ? written : { outcome: written.outcome, conversation: written.conversation, redirectedTo }
  }
  const { conversationId } = target
  return following(context, conversationId, null, async (redirect) => {
    if (redirect === null) return sendTo({ target, part: null })
    const { outcome, conversation } = await sendTo({ target: { conversationId: redirect.conversationId }, part: conversationId })
    return { outcome, conversation: { ...conversation, redirectedFrom: conversationId } }
  })
}

/**
 * Calls `work` for the conversation, and again for the one that it leads to while there is none. Where the id leads
 * nowhere, the merge may have been undone since: then the conversation is there again, and is looked for once more.
 */
async function following<T>(
  context: AccountContext,
  conversationId: string,
  signal: AbortSignal | null,
  work: (redirect: Redirect | null) => Promise<T>,
): Promise<T> {
  let redirect: Redirect | null = null
  let ledNowhere = false
  for (let times = 0; ; times++) {
    try {
      return await work(redirect)
    } catch (error) {
      if (!isConversationStoreError(error, 'NOT_FOUND') || times === mostRedirects) throw error
      redirect = await findRedirect(context, conversationId, signal)
      if (redirect === null && ledNowhere) throw error
      ledNowhere = redirect === null
    }
  }
}
