import { grouped } from './grouped.js'
import type { Operation } from './history.js'
import { activityRules } from './rules/activity.js'
import { counterRules } from './rules/counters.js'
import { errorRules } from './rules/errors.js'
import { journalRules } from './rules/journal.js'
import { leaseRules } from './rules/leases.js'
import { messageRules } from './rules/messages.js'
import { peopleAndInboxRules } from './rules/people-and-inboxes.js'
import { readerRules } from './rules/readers.js'
import { versionRules } from './rules/versions.js'
import { wallRules } from './rules/walls.js'
import type { Violation, World } from './world.js'

const rules = [
  messageRules,
  versionRules,
  activityRules,
  counterRules,
  readerRules,
  peopleAndInboxRules,
  leaseRules,
  journalRules,
  wallRules,
  errorRules,
]

/** Every violation of every clause. */
export function check(world: World): readonly Violation[] {
  return rules.flatMap((rule) => rule(world))
}

/** How often each clause is violated, each with its smallest witness. */
export function report(violations: readonly Violation[]): string {
  return [...grouped(violations, ({ rule }) => rule)].map(([rule, same]) => `${same.length} × ${rule}\n${smallest(same)}`).join('\n')
}

const longestCall = 1_500

function smallest(violations: readonly Violation[]): string {
  const size = ({ witness }: Violation) => witness.length * longestCall + witness.reduce((sum, each) => sum + described(each).length, 0)
  const [first] = [...violations].sort((a, b) => size(a) - size(b))
  return first === undefined ? '' : [`  ${first.told}`, ...first.witness.map((each) => `    ${described(each)}`)].join('\n')
}

function described(operation: Operation): string {
  const { op, accountId, method, input, invokedAt, endedAt, sent } = operation
  const answer = operation.outcome === 'ok' ? operation.result : operation.error
  const times = `${invokedAt} to ${endedAt} µs${sent > 1 ? `, sent ${sent} times` : ''}`
  return `${op} ${accountId} ${method} ${JSON.stringify(input)} (${times}): ${operation.outcome} ${JSON.stringify(answer)}`.slice(
    0,
    longestCall,
  )
}
