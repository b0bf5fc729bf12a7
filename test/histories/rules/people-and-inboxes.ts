import { grouped } from '../grouped.js'
import type { Operation } from '../history.js'
import type { Violation, World } from '../world.js'

/** A channel identity has one owner, which has connected it; the name that a person typed last stays. */
export function peopleAndInboxRules(world: World): readonly Violation[] {
  return [...ownersAgree(world), ...oneOwner(world.operations), ...lastNames(world)]
}

function ownersAgree({ accounts, owners }: World): readonly Violation[] {
  const connected = accounts.flatMap(({ accountId, inboxes }) =>
    inboxes.filter(({ status }) => status === 'connected').map(({ id, channel, oa_id }) => `${channel} ${oa_id} ${accountId} ${id}`),
  )
  const owned = owners.map(({ channel, oa_id, account_id, inbox_id }) => `${channel} ${oa_id} ${account_id} ${inbox_id}`)
  const rule = 'owners and inboxes agree'
  return [
    ...connected
      .filter((each) => !owned.includes(each))
      .map((each) => ({ rule, told: `${each} is connected and owned by nobody`, witness: [] })),
    ...owned.filter((each) => !connected.includes(each)).map((each) => ({ rule, told: `${each} is owned and not connected`, witness: [] })),
  ]
}

/** After one account has connected an identity, another can connect it only once the first may have let it go. */
function oneOwner(operations: readonly Operation[]): readonly Violation[] {
  const connects = operations.flatMap((each) => (each.method === 'connectInbox' && each.outcome === 'ok' ? [each] : []))
  const lettingGo = operations.flatMap((each) => (each.method === 'disconnectInbox' && each.outcome !== 'failed' ? [each] : []))
  return [...grouped(connects, ({ input }) => `${input.channel} ${input.oaId}`).values()].flatMap((same) =>
    same.flatMap((second, index) => {
      const first = same.slice(0, index).findLast(({ accountId, endedAt }) => accountId !== second.accountId && endedAt < second.invokedAt)
      if (first === undefined) return []
      const isLetGo = lettingGo.some(
        (each) =>
          each.accountId === first.accountId &&
          each.input.oaId === first.input.oaId &&
          each.endedAt > first.invokedAt &&
          each.invokedAt < second.endedAt,
      )
      if (isLetGo) return []
      const told = `${second.input.channel} ${second.input.oaId} was connected by two accounts`
      return [{ rule: 'a channel identity has one owner', told, witness: [first, second] }]
    }),
  )
}

function lastNames({ operations, accounts }: World): readonly Violation[] {
  const namings = operations.flatMap((each) => (each.method === 'updateContact' ? [each] : []))
  if (namings.some(({ outcome, sent }) => outcome === 'unknown' || sent > 1)) return []
  const names = new Map(accounts.flatMap(({ contacts }) => contacts.map(({ id, name }) => [id, name] as const)))
  const answered = namings.flatMap((each) => (each.outcome === 'ok' ? [each] : []))
  return [...grouped(answered, ({ result }) => result.id)].flatMap(([id, same]) => {
    const last = same.reduce((a, b) => (b.invokedAt > a.invokedAt ? b : a))
    const isAlone = same.every((each) => each === last || each.endedAt < last.invokedAt)
    if (!isAlone || names.get(id) === last.input.name) return []
    const told = `the contact ${id} is called ${names.get(id)} after ${last.input.name} was acknowledged`
    return [{ rule: 'the last acknowledged name stays', told, witness: [last] }]
  })
}
