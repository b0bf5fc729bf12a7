import assert from 'node:assert/strict'
import type { CaseList } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { holds, only } from '../../expectations.js'
import { twoThreads } from './two-threads.js'

export const waitCases: CaseList = [
  {
    title: 'tells since when the customer waits by the messages of both, and by those of each once they are parted',
    async run({ scene }) {
      const here = scene()
      const { account, rows } = here
      const { keptId, lostId, merge, writeAsLost } = await twoThreads(here)
      const waiting = async (conversationId: string) => (await account.findConversation({ conversationId }))?.waitingSince ?? null
      assert.deepEqual([await waiting(keptId), await waiting(lostId)], [at(5), null])

      const { mergeId, conversation } = await merge()
      holds(conversation, { waitingSince: at(7) })
      holds(only(await rows.conversations()), { waiting_since: at(7), last_answer_at: at(6) })

      await writeAsLost({ type: 'receipt', status: 'failed', messageIds: ['n3'], occurredAt: at(8) })
      assert.deepEqual(await waiting(keptId), at(4), 'the answer at 6 has failed, and the one at 3 stands')
      await here.write(said('m5', { occurredAt: at(2) }))
      assert.deepEqual(await waiting(keptId), at(4), 'what was said before the last answer is answered')

      const { kept, restored } = await account.unmergeConversations({ mergeId })
      holds(kept, { id: keptId, waitingSince: at(5) })
      holds(restored, { id: lostId, waitingSince: at(2) })
    },
  },
]
