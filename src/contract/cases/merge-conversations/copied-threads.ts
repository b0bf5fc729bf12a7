import { at, said } from '../../events.js'
import { present } from '../../expectations.js'
import type { Scene } from '../../scene.js'

/** Two customers of one inbox, who both have the message `x`, each as the second of three. */
export async function copiedThreads(scene: Scene, isLostOlder = false) {
  const other = scene.another()
  if (isLostOlder) await other.open()
  const kept = await scene.write(said('m1', { occurredAt: at(1) }), said('x', { occurredAt: at(2) }), said('m2', { occurredAt: at(4) }))
  const lost = await other.write(said('n1', { occurredAt: at(3) }), said('x', { occurredAt: at(2) }), said('n2', { occurredAt: at(6) }))
  const { account, key } = scene
  return {
    other,
    keptId: present(kept.conversation).id,
    lostId: present(lost.conversation).id,
    merge: () => account.mergeConversations({ keep: key, lose: other.key }),
    /** The ids of the messages of a list, page by page. */
    async seen(
      conversationId: string,
      how: { readonly by?: 'time' | 'seq'; readonly order?: 'oldest' | 'newest'; readonly limit?: number } = {},
    ): Promise<readonly (string | null)[]> {
      const ids: (string | null)[] = []
      for await (const { messageId } of account.listMessages({ conversationId, ...how })) ids.push(messageId)
      return ids
    },
  }
}
