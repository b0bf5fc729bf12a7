/** The channels whose message ids are unique within one chat only, so that each customer id is a scope of its own. */
export const chatScopedChannels: readonly string[] = ['telegram']

export function isChatScoped(channel: string): boolean {
  return chatScopedChannels.includes(channel)
}
