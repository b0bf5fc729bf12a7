import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { type CaseList, type ContractCase, withEvents, withJointWrites } from '../../contract-case.js'
import { said, sending } from '../../events.js'
import { holds, present } from '../../expectations.js'
import { begun, moveAll, moveOf } from './move-calls.js'

const whatsApp = { source: 'whatsapp', destination: 'whatsapp' }
const onActiveConflict = 'close_source'
const localId = 'l1'
const live = sending(localId)
const history = sending(localId, { history: true })

/** What is found of two people who became one by a move, where each has something under the same id. */
export const joinedScopesCases: CaseList = withEvents(
  withJointWrites([
    {
      title: 'leaves what waits in the source for an id of a message of the destination that gets no id',
      async run({ scene, unique }) {
        const here = scene()
        const move = await moveOf(here, unique, whatsApp)
        const { account, customerId, rows } = here
        const there = { oaId: move.destinationOaId, customerId }
        const sent = (messageId: string): EventInput => ({ type: 'message_sent', localId, messageId })
        await here.write(
          said('m1'),
          { type: 'message_failed', localId, error: 'no window' },
          { type: 'message_edit', targetMessageId: 'm2', text: 'waits' },
        )
        await account.upsertConversationWithEvents({ ...there, events: [said('m2'), sending(localId), sent('w1')] })
        await moveAll(move, await begun(move, { onActiveConflict }))
        const waiting = async () => (await rows.events()).filter((row) => row.conversation_id === null).map((row) => row.type)
        await account.upsertConversationWithEvents({ ...there, events: [sent('w2')] })
        await account.upsertConversationWithEvents({ ...there, events: [said('m2'), said('m3'), sending('l2')] })
        assert.deepEqual((await waiting()).sort(), ['message_edit', 'message_failed'])
        holds(present(await account.findMessage({ ...there, messageId: 'w1' })), { localId, status: 'sent' })
        holds(present(await account.findMessage({ ...there, messageId: 'm2' })), { text: 'text of m2' })
      },
    },
    ...(['source', 'destination'] as const).map(
      (first): ContractCase => ({
        title: `takes a message that both people have for that of the destination, which knew the person ${first === 'source' ? 'later' : 'first'}`,
        async run({ scene, unique }) {
          const told = async (source: EventInput, destination: EventInput) => {
            const here = scene()
            const move = await moveOf(here, unique, whatsApp)
            const { account, customerId } = here
            const there = { oaId: move.destinationOaId, customerId }
            const writes = [
              () => here.write(said('m1'), source),
              () => account.upsertConversationWithEvents({ ...there, events: [said('m2'), destination] }),
            ]
            for (const write of first === 'source' ? writes : writes.reverse()) await write()
            await moveAll(move, await begun(move, { onActiveConflict }))
            const { events } = await account.upsertConversationWithEvents({ ...there, events: [live] })
            return events.map(({ outcome }) => outcome)
          }
          assert.deepEqual(await told(history, live), ['duplicate'])
          assert.deepEqual(await told(live, history), ['live'])
        },
      }),
    ),
  ]),
)
