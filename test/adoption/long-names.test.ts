import { escapeIdentifier } from 'pg'
import { describe, expect, test } from 'vitest'
import { closedNames, closedTableOf } from '../../src/adoption/closed-tables.js'
import { allowClosedDuplicates } from '../../src/adoption/index.js'
import { activeKeyStatements } from '../../src/adoption/postgres/active-key.js'
import { swapIndexes } from '../../src/adoption/postgres/unique-indexes.js'
import { prismaChange } from '../../src/adoption/prisma-schema.js'
import { scratchPool } from '../postgres/scratch-schema.js'
import { type ClosedHost, closedHosts, columns } from './closed-host.js'

/** Names of as many bytes as PostgreSQL keeps, or one less. Characters of the others have three and four of them. */
const longNames = ['c'.repeat(63), `${'会話'.repeat(10)}abc`, `${'😀'.repeat(15)}ab`]

async function renamed(host: ClosedHost, name: string) {
  const at = `"${host.schema}".${escapeIdentifier(name)}`
  await host.query(`alter table "${host.schema}".conversations rename to ${escapeIdentifier(name)}`)
  const add = (id: string, to: string, status: string) =>
    host.query(
      `insert into ${at} (id, ${escapeIdentifier(to)}, psid, status) values ($1, 'page-1', 'X', $2::text::"${host.schema}"."ConversationStatus")`,
      [id, status],
    )
  const indexes = async () => {
    const found = await host.query('select indexname as name from pg_indexes where schemaname = $1 and tablename = $2', [host.schema, name])
    return found.map((each) => String(each.name))
  }
  return { options: { db: host.db, conversations: { schema: host.schema, name } }, add, indexes, at }
}

describe.each(closedHosts)('a table with a long name on %s', (_, open) => {
  describe.each(longNames)('%s', (name) => {
    test.each(['index', 'key-column'] as const)('lets closed ones repeat, never active ones, and goes back, by the %s', async (enforce) => {
      const host = await open()
      const { options, add, indexes } = await renamed(host, name)
      const closed = allowClosedDuplicates({ ...options, enforce })
      expect(await closed.apply()).toMatchObject({ ok: true, problems: [] })
      // Four columns, each with a unique index and two others, and the primary key.
      expect(new Set(await indexes()).size).toBe(13)
      for (const to of columns) {
        for (const at of [1, 2]) await add(`${to} ${at}`, to, 'CLOSED')
        await add(`${to} 3`, to, 'OPEN')
        await expect(add(`${to} 4`, to, 'SNOOZED')).rejects.toMatchObject({ code: '23505' })
      }
      await host.query(`delete from "${host.schema}".${escapeIdentifier(name)}`)
      await closed.revert()
      for (const to of columns) {
        await add(`${to} 1`, to, 'CLOSED')
        await expect(add(`${to} 2`, to, 'CLOSED')).rejects.toMatchObject({ code: '23505' })
      }
      expect(await host.query('select proname from pg_proc where pronamespace = $1::text::regnamespace', [`"${host.schema}"`])).toEqual([])
    })
  })

  test('takes the trigger of the shorter name away that an older version made', async () => {
    const host = await open()
    const name = 'conversations_of_a_platform_with_a_name'
    const { options, at } = await renamed(host, name)
    const closed = allowClosedDuplicates({ ...options, enforce: 'key-column' })
    const former = `conversation_store_acti_${name}`
    const triggers = async () =>
      (await host.query(`select tgname as name from pg_trigger where tgrelid = $1::text::regclass`, [at])).map((each) => each.name)
    for (const step of ['apply', 'revert'] as const) {
      await closed.apply()
      await host.query(
        `create function "${host.schema}"."${former}"() returns trigger language plpgsql as 'begin new."activeKey" := true; return new; end'`,
      )
      await host.query(
        `create trigger "${former}" before insert or update on ${at} for each row execute function "${host.schema}"."${former}"()`,
      )
      const [own] = (await triggers()).filter((each) => each !== former)
      if (step === 'apply') await host.query(`drop trigger "${own}" on ${at}`)
      await closed[step]()
      expect(await triggers()).toEqual(step === 'apply' ? [own] : [])
      expect(
        await host.query(`select from pg_proc where proname = $1 and pronamespace = $2::text::regnamespace`, [former, `"${host.schema}"`]),
      ).toEqual([])
    }
  })
})

test('names that begin alike stay apart, and none has a part of a character', () => {
  const triggerOf = (name: string) =>
    /trigger if exists ("[^"]+")/.exec(activeKeyStatements(closedTableOf({ db: scratchPool(), conversations: { name } })).join('\n'))?.[1]
  const stem = 'b'.repeat(35)
  const names = [stem, `active_k_${stem}`, ...longNames, `${'c'.repeat(62)}d`].map(triggerOf)
  expect(new Set(names).size).toBe(names.length)

  const swaps = [...'xy'].flatMap((end) => ['guard', end].map((last) => `${'k'.repeat(57)}_${last === 'guard' ? 'guard' : `abcd${end}`}`))
  const guards = [...new Set(swaps)].flatMap((newIndex) => {
    const { wanted, guard, marked } = swapIndexes(scratchPool(), { newIndex })
    return [wanted.name, guard.name, marked.name]
  })
  expect(new Set(guards).size).toBe(guards.length)

  for (const name of [...longNames, 'conversations_of_every_platform_1']) {
    const table = closedTableOf({ db: scratchPool(), conversations: { name } })
    const all = table.connections.flatMap((connection) => Object.values(closedNames(table, connection)))
    expect(new Set(all).size).toBe(all.length)
    for (const each of [...all, ...guards]) {
      expect(Buffer.byteLength(each)).toBeLessThanOrEqual(63)
      expect(Buffer.from(each).toString()).toBe(each)
    }
  }
})

test.each(['index', 'key-column'] as const)('Prisma is told the names that it would not give by itself, by the %s', (enforce) => {
  const linesOf = (name: string) => {
    const table = closedTableOf({ db: scratchPool(), conversations: { name }, enforce })
    const { add } = prismaChange(table, 6, { predicate: '', sql: [] })
    const names = table.connections.map((connection) => closedNames(table, connection))
    return { lines: add.filter((line) => line.startsWith('@@')), names }
  }
  expect(linesOf('conversations').lines.join()).not.toContain('map:')
  const { lines, names } = linesOf('c'.repeat(63))
  const mapped = names.flatMap(({ byStatus, byActivity, key }) => [byStatus, byActivity, ...(enforce === 'index' ? [] : [key])])
  expect(lines.map((line) => /map: "([^"]+)"/.exec(line)?.[1]).sort()).toEqual(mapped.sort())
})
