import assert from 'node:assert/strict'
import type { Conversation } from '../../../model/records.js'
import type { ConversationFilter } from '../../../store/inputs.js'
import type { PagedList } from '../../../store/paged-list.js'
import { type CaseList, withEvents } from '../../contract-case.js'
import { at, said } from '../../events.js'
import { present, rejects, upTo } from '../../expectations.js'
import type { Scene } from '../../scene.js'
import { walkCases } from './conversation-walk.js'
import type { ConversationList } from './list-to-try.js'
import { filtersOf, matches, populate } from './population.js'

export function conversationListCases(tried: ConversationList): CaseList {
  const { list, fixed, patch } = tried
  return [
    {
      title: 'gives exactly what every filter matches, last activity first, whatever the page size',
      async run(context) {
        const population = await populate(context)
        const { scene, conversations } = population
        const always = fixed(conversations, scene)
        for (const filter of filtersOf(population)) {
          const expected = conversations.filter((each) => matches(each, { ...filter, ...always }))
          for (const limit of [2, 50]) {
            const items: Conversation[] = []
            for await (const item of list(scene, { ...filter, ...always, limit })) items.push(item)
            assert.deepEqual(items, expected, JSON.stringify({ filter, limit }))
          }
        }
      },
    },
    {
      title: 'pages through 100 conversations of one instant, repeating none and missing none',
      async run({ clock, store, scene, unique }) {
        const world = scene(store({ clock: clock.now }))
        const { account, oaId } = world
        const conversations = upTo(100).map(() => ({ oaId, customerId: unique('c'), ...patch }))
        await Promise.all(conversations.map((input) => account.upsertConversation(input)))
        const always = fixed([], world)
        const seen: string[] = []
        let cursor: string | undefined
        let pages = 0
        do {
          const page: Awaited<PagedList<Conversation>> = await list(world, { ...always, limit: 7, ...(cursor && { cursor }) })
          assert.ok(page.items.length === 7 || page.nextCursor === null)
          seen.push(...page.items.map(({ id }) => id))
          cursor = page.nextCursor ?? undefined
          pages++
        } while (cursor !== undefined)
        assert.equal(pages, 15)
        assert.equal(new Set(seen).size, 100)
        assert.equal(seen.length, 100)
        const whole = await list(world, { ...always, limit: 500 })
        assert.deepEqual(
          whole.items.map(({ id }) => id),
          seen,
        )
        assert.equal(whole.nextCursor, null)
      },
    },
    {
      title: 'ends with a null cursor when the last page is exactly full, and has 50 items a page by default',
      async run({ scene, unique }) {
        const world = scene()
        const { account, oaId } = world
        const always = fixed([], world)
        assert.deepEqual(await list(world, always), { items: [], nextCursor: null })
        await Promise.all(upTo(51).map(() => account.upsertConversation({ oaId, customerId: unique('c'), ...patch })))
        const page = await list(world, always)
        assert.equal(page.items.length, 50)
        assert.ok(page.nextCursor !== null)
        const rest = await list(world, { ...always, limit: 1, cursor: page.nextCursor })
        assert.equal(rest.items.length, 1)
        assert.equal(rest.nextCursor, null)
      },
    },
    {
      title: 'refuses limits, cursors and filters that are none',
      async run({ scene, unique }) {
        const world = scene()
        const { account, oaId } = world
        const always = fixed([], world)
        await Promise.all(upTo(3).map(() => account.upsertConversation({ oaId, customerId: unique('c'), ...patch })))
        for (const limit of [0, -1, 501, 1.5, Number.NaN, '5' as never, { $gt: 0 } as never]) {
          await rejects(list(world, { ...always, limit }), 'VALIDATION_FAILED')
        }
        const own = (await list(world, { ...always, limit: 1 })).nextCursor ?? ''
        for (const cursor of ['', 'x', `${own}x`, own.slice(0, -2), '{}', { $ne: null } as never]) {
          await rejects(list(world, { ...always, cursor }), 'VALIDATION_FAILED')
        }
        await rejects(list(world, { ...always, status: 'pending' as never }), 'VALIDATION_FAILED')
        await rejects(list(world, { ...always, customerId: { $ne: null } as never }), 'VALIDATION_FAILED')
        await rejects(list(world, { ...always, unread: 'yes' as never }), 'VALIDATION_FAILED')
        await rejects(list(world, { ...always, updatedSince: 5 as never }), 'VALIDATION_FAILED')
        await rejects(list(world, always, { signal: AbortSignal.abort() }), 'ABORTED')
      },
    },
    {
      title: 'refuses a cursor of the list of inboxes',
      needs: ['joint writes'],
      async run({ scene, unique }) {
        const world = scene()
        const { account } = world
        await account.connectInbox({ oaId: unique('oa'), channel: 'api' })
        await account.connectInbox({ oaId: unique('oa'), channel: 'api' })
        const { nextCursor } = await account.listInboxes({ limit: 1 })
        await rejects(list(world, { ...fixed([], world), cursor: present(nextCursor) }), 'VALIDATION_FAILED')
      },
    },
    {
      title: 'refuses a cursor of another filter, and one that was tampered with, with the path of the cursor',
      async run({ scene, unique }) {
        const world = scene()
        const { account, oaId } = world
        const always = fixed([], world)
        await Promise.all(upTo(2).map(() => account.upsertConversation({ oaId, customerId: unique('c'), ...patch })))
        const cursor = (await list(world, { ...always, limit: 1 })).nextCursor ?? ''
        await rejects(list(world, { ...always, unread: false, cursor }), 'VALIDATION_FAILED')
        const [name, [, id]] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
        for (const time of [8.64e15 + 1, -8.64e15 - 1, Number.MAX_SAFE_INTEGER, 8.64e15, -8.64e15, 0.5, null]) {
          const tampered = Buffer.from(JSON.stringify([name, [time, id]])).toString('base64url')
          const { details } = await rejects(list(world, { ...always, cursor: tampered }), 'VALIDATION_FAILED')
          assert.deepEqual(
            details.issues.map(({ path }) => path),
            ['cursor'],
          )
        }
      },
    },
    {
      title: 'holds what one account has, also behind the cursor of another',
      async run({ scene }) {
        const ours = scene()
        const theirs = ours.foreign()
        for (const world of [ours, theirs]) {
          for (const _ of upTo(3)) await world.account.upsertConversation({ ...world.another().key, ...patch })
        }
        const always = fixed([], ours)
        const { items, nextCursor } = await list(ours, { ...always, limit: 1 })
        assert.deepEqual(
          items.map(({ accountId }) => accountId),
          [ours.accountId],
        )
        const next = await list(theirs, { ...always, cursor: nextCursor ?? '' })
        for (const { accountId } of next.items) assert.equal(accountId, theirs.accountId)
        assert.equal((await list(theirs, always)).items.length, 3)
      },
    },
    ...withEvents([
      ...walkCases(tried),
      {
        title: 'follows the last message, and tells read from unread',
        async run({ scene }) {
          const first = scene()
          const second = first.another()
          const { account } = first
          const always = fixed([], first)
          const write = ({ key }: Scene, messageId: string, minute: number) =>
            account.upsertConversationWithEvents({ ...key, ...patch, events: [said(messageId, { occurredAt: at(minute) })] })
          const ids = async (filter: ConversationFilter) =>
            (await list(first, { ...filter, ...always })).items.map(({ customerId }) => customerId)
          await write(first, 'm1', 1)
          await write(second, 'm1', 2)
          assert.deepEqual(await ids({}), [second.customerId, first.customerId])
          await write(first, 'm2', 3)
          assert.deepEqual(await ids({}), [first.customerId, second.customerId])
          await account.markRead(first.key)
          assert.deepEqual(await ids({ unread: true }), [second.customerId])
          assert.deepEqual(await ids({ unread: false }), [first.customerId])
        },
      },
    ]),
  ]
}
