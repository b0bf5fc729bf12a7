import assert from 'node:assert/strict'
import type { ConversationFilter, PageInput } from '../../../store/inputs.js'
import type { CaseList } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { present, upTo } from '../../expectations.js'
import type { ConversationList } from './list-to-try.js'

/** The guarantees of a `for await` over a list while its conversations change. */
export function walkCases({ list, fixed, patch }: ConversationList): CaseList {
  return [
    {
      title:
        'gives once what stays in its place during a walk, doubles nothing, and gives the rest by `updatedSince` the start of the walk',
      async run({ clock, store, scene, unique }) {
        const world = scene(store({ clock: clock.now }))
        const { account, oaId } = world
        const write = async (customerId: string, occurredAt = clock.advance(1_000)) => {
          await account.upsertConversationWithEvents({ oaId, customerId, ...patch, events: [said(unique('m'), { occurredAt })] })
        }
        const walk = async (input: ConversationFilter & PageInput, meanwhile = async () => {}) => {
          const customers: string[] = []
          for await (const { customerId } of list(world, { ...fixed([], world), ...input })) {
            if (customers.push(customerId) === 2) await meanwhile()
          }
          return customers
        }
        const customers = upTo(6).map(() => unique('c'))
        for (const customerId of customers) await write(customerId)
        const [first, second, third, fourth, fifth, sixth] = customers.toReversed()
        const newcomer = unique('c')
        const start = clock.advance(1_000)
        const walked = await walk({ limit: 2 }, async () => {
          for (const customerId of [present(first), present(fourth), newcomer]) await write(customerId)
          // A message that is older than the last one does not move its conversation.
          await write(present(fifth), at(0))
        })
        assert.deepEqual(walked, [first, second, third, fifth, sixth])
        assert.deepEqual(await walk({ limit: 2, updatedSince: start }), [newcomer, fourth, first, fifth])
      },
    },
  ]
}
