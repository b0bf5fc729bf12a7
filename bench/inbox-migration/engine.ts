/** A database with two inboxes of one account, of which one is full. */
export interface FullInbox {
  readonly url: string
  /** Moves everybody by hand: one statement for the conversations, and one for the contact inboxes. */
  byHand(): Promise<void>
  close(): Promise<void>
}

export interface Engine {
  readonly name: 'PostgreSQL' | 'MongoDB'
  readonly conversations: number
  /** Makes a full inbox, each time the same. */
  fresh(): Promise<FullInbox>
  stop(): Promise<void>
}

export const accountId = 'acme'
export const sourceOaId = 'old-number'
export const destinationOaId = 'new-number'
export const messagesOfEach = 5

/** Connects both inboxes. */
export async function connectBoth(account: {
  connectInbox(input: { readonly oaId: string; readonly channel: string; readonly provider: string }): Promise<unknown>
}): Promise<void> {
  await account.connectInbox({ oaId: sourceOaId, channel: 'whatsapp', provider: 'twilio' })
  await account.connectInbox({ oaId: destinationOaId, channel: 'whatsapp', provider: 'whatsapp_cloud' })
}
