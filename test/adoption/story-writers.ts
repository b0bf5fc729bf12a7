import type { LegacyConversation, LegacyHost } from './legacy-host.js'

export interface StoryWriters {
  /** Lets them end. Each conversation that they opened has one message. Throws what one of them failed with. */
  stop(): Promise<number>
}

/** Two who write on as ever: one touches what is there, and the other opens conversations of new customers. */
export function storyWriters(host: LegacyHost, rows: readonly LegacyConversation[], since: Date): StoryWriters {
  let isRunning = true
  let written = 0
  const touching = async () => {
    for (let turn = 1; isRunning; turn++) {
      await host.setStatus(rows[(turn * 7_919) % rows.length]?.id, turn % 2 === 0 ? 'open' : 'snoozed')
      await nextTurn()
    }
  }
  const opening = async () => {
    while (isRunning) {
      const customerId = `new-${written}`
      const lastMessageAt = new Date(since.getTime() + written)
      await host.addConversations([{ id: customerId, oaId: 'page-0', customerId, accountId: 'account-0', status: 'open', lastMessageAt }])
      await host.addMessages([{ id: `of-${customerId}`, conversationId: customerId, messageId: `of-${customerId}`, text: 'hello' }])
      written++
      await nextTurn()
    }
  }
  const all = Promise.all([touching(), opening()])
  // A writer that fails is told by `stop`.
  all.catch(() => undefined)
  return {
    async stop() {
      isRunning = false
      await all
      return written
    },
  }
}

/** Lets timers run, which a loop over PGlite alone would never do. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
