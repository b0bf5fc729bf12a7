import { grouped } from '../../histories/grouped.js'
import { type Answer, isExpected } from '../deliver.js'
import { holderOf, storedParts } from '../found.js'
import type { Outcome, Problem } from '../outcome.js'

const raising: ReadonlySet<string> = new Set(['updated', 'reopened', 'adopted', 'merged'])

/** What the calls were answered agrees with each other and with what is stored. */
export function answerRules({ history, answers, found }: Outcome): readonly Problem[] {
  const problems: Problem[] = []
  const tell = (rule: string, told: string) => problems.push({ rule, told })
  for (const answer of answers) if (!isExpected(answer)) tell('no call fails', `${named(answer)} failed: ${answer.error} ${answer.cause}`)
  for (const answer of answers) {
    if (history.people.every(({ eras }) => eras.length === 1) && answer.conflicts.length > 0 && !isRecycled(history)) {
      tell('ids that stay are in no conflict', named(answer))
    }
  }
  const shown = grouped(
    answers.filter(({ conversation }) => conversation !== null),
    ({ conversation }) => conversation?.id ?? '',
  )
  problems.push(...mergeProblems({ history, answers, found }))
  for (const { id, version } of found.conversations) {
    const own = shown.get(id) ?? []
    const created = own.filter(({ outcome }) => outcome === 'created')
    if (created.length !== 1) tell('a conversation is created once', `${id} was created by ${created.length} calls: ${created.map(named)}`)
    const raised = grouped(
      own.filter(({ outcome }) => raising.has(outcome)),
      versionOf,
    )
    for (const [number, same] of raised)
      if (same.length > 1) tell('a version has one writer', `version ${number} of ${id} was made by ${same.map(named)}`)
    for (const answer of own) {
      if (versionOf(answer) > version) {
        tell(
          'no version is shown that is not stored',
          `${named(answer)} shows version ${versionOf(answer)} of ${id}, which is at ${version}`,
        )
      }
      const later = own.find((other) => other.sentAt > answer.answeredAt && versionOf(other) < versionOf(answer))
      if (later) tell('versions only rise', `${named(later)} shows an older version of ${id} than ${named(answer)} before it`)
    }
  }
  return problems
}

/** Two active conversations of one person become one: none of them closes for it, and none is lost. */
function mergeProblems({ history, answers, found }: Pick<Outcome, 'history' | 'answers' | 'found'>): readonly Problem[] {
  const problems: Problem[] = []
  const closed = found.conversations.find(({ status }) => status === 'closed')
  if (closed !== undefined && history.calls.every(({ what }) => what !== 'close')) {
    problems.push({ rule: 'no link closes a conversation', told: closed.id })
  }
  for (const { outcome, conversation } of answers) {
    if (conversation === null) continue
    const holder = holderOf(found, conversation.id)
    if (holder === undefined) problems.push({ rule: 'no conversation is lost', told: conversation.id })
    else if (outcome === 'merged' && storedParts(holder).length === 1) {
      problems.push({ rule: 'what is told to be merged is', told: conversation.id })
    }
  }
  return problems
}

function versionOf({ conversation }: Answer): number {
  return conversation?.version ?? -1
}

function named({ call }: Answer): string {
  return `call ${call.id} (${call.what} by ${call.customerId})`
}

function isRecycled({ people }: Outcome['history']): boolean {
  const phones = people.flatMap(({ eras }) => [...new Set(eras.map(({ phone }) => phone))]).filter((phone) => phone !== null)
  return new Set(phones).size < phones.length
}
