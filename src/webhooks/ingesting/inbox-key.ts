import type { NamedInbox } from '../webhook-store.js'

export function keyOf({ channel, oaId }: NamedInbox): string {
  return JSON.stringify([channel, oaId])
}
