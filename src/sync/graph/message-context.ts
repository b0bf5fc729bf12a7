/** Whose messages are read. */
export interface MessageContext {
  /** By which id the inbox itself appears. A message is outbound exactly if this one wrote it. */
  readonly ownId: string
  readonly customerId: string
  readonly platform: 'messenger' | 'instagram'
}
