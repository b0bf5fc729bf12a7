import { grouped } from '../../histories/grouped.js'
import { type Answer, isExpected } from '../deliver.js'
import type { Outcome } from '../outcome.js'

const raising: ReadonlySet<string> = new Set(['updated', 'reopened', 'adopted'])

/** What the calls were answered agrees with each other and with what is stored. */
export function answerRules({ history, answers, found }: Outcome): readonly string[] {
  const told: string[] = []
  for (const answer of answers) if (!isExpected(answer)) told.push(`${named(answer)} failed: ${answer.error}`)
  for (const answer of answers) {
    if (history.people.every(({ eras }) => eras.length === 1) && answer.conflicts.length > 0 && !isRecycled(history)) {
      told.push(`${named(answer)} reports a conflict, and nobody’s ids changed`)
    }
  }
  const shown = grouped(
    answers.filter(({ conversation }) => conversation !== null),
    ({ conversation }) => conversation?.id ?? '',
  )
  for (const { id, version } of found.conversations) {
    const own = shown.get(id) ?? []
    const created = own.filter(({ outcome }) => outcome === 'created')
    if (created.length !== 1) told.push(`conversation ${id} was created by ${created.length} calls: ${created.map(named)}`)
    const raised = grouped(own.filter(({ outcome }) => raising.has(outcome)), versionOf)
    for (const [number, same] of raised) if (same.length > 1) told.push(`version ${number} of ${id} was made by ${same.map(named)}`)
    for (const answer of own) {
      if (versionOf(answer) > version) told.push(`${named(answer)} shows version ${versionOf(answer)} of ${id}, which is at ${version}`)
      const later = own.find((other) => other.sentAt > answer.answeredAt && versionOf(other) < versionOf(answer))
      if (later) told.push(`${named(later)} shows an older version of ${id} than ${named(answer)} before it`)
    }
  }
  return told
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
