import type { AccountConversations } from '../../store/account-conversations.js'
import type { HistorySource } from '../../sync/index.js'
import type { AskedSource } from '../../sync/source-of.js'
import { usageError } from '../usage-error.js'
import type { CommandContext } from './command.js'

/**
 * The source of an inbox: what the configuration's `syncSource` gives, or else Meta's API with the token of the
 * environment. Throws VALIDATION_FAILED where there is neither.
 */
export async function sourceOfInbox(
  { settings, logger }: CommandContext,
  account: Pick<AccountConversations, 'listInboxes'>,
  asked: AskedSource,
): Promise<HistorySource> {
  const { syncSource, syncAccessToken } = settings
  if (syncSource !== undefined) {
    const source = await syncSource(asked)
    if (source === null) throw usageError('--inbox', 'is none for which `syncSource` of the configuration gives a source')
    return source
  }
  if (syncAccessToken === undefined) {
    throw usageError('SYNC_ACCESS_TOKEN', 'is needed, or a `syncSource` in the configuration, to read the history of an inbox')
  }
  const { graphHistory } = await import('../../sync/index.js')
  const login = (await channelOf(account, asked.oaId)) === 'instagram' ? 'instagram' : 'facebook'
  return graphHistory({ pageId: asked.oaId, accessToken: syncAccessToken, login, logger })
}

/** The channel of a connected inbox, which tells by which login its token was given. Null if nobody connected it. */
async function channelOf(account: Pick<AccountConversations, 'listInboxes'>, oaId: string): Promise<string | null> {
  for await (const inbox of account.listInboxes()) if (inbox.oaId === oaId) return inbox.channel
  return null
}
