import type { Random } from '../histories/random.js'

/** How a body names a person: by their number, by another id of theirs, or by both. */
export type Naming = 'phone' | 'other' | 'both'

/**
 * What happened, in words that all channels share. Times are in milliseconds, in whole seconds. A person is renewed
 * once they have changed their ids.
 */
export type Fact = { readonly person: number; readonly isRenewed: boolean; readonly naming: Naming; readonly at: number } & (
  | { readonly kind: 'inbound' | 'echo'; readonly id: string; readonly text: string; readonly replyTo?: string }
  | { readonly kind: 'edit'; readonly id: string; readonly target: string; readonly text: string; readonly number: number }
  | { readonly kind: 'delete'; readonly id: string; readonly target: string }
  | { readonly kind: 'reaction'; readonly id: string; readonly target: string; readonly emoji: string | null }
  | { readonly kind: 'receipt'; readonly target: string; readonly status: 'sent' | 'delivered' | 'read' | 'failed' }
  | { readonly kind: 'watermark'; readonly status: 'delivered' | 'read'; readonly upTo: number }
  | { readonly kind: 'renewal'; readonly id: string }
  | { readonly kind: 'press'; readonly id: string; readonly payload: string }
)
export type FactKind = Fact['kind']

type Message = Extract<Fact, { readonly kind: 'inbound' | 'echo' }>
/** `Omit` would keep only what all facts have. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
type Said = Without<Fact, 'person' | 'isRenewed' | 'naming' | 'at'>

const start = Date.UTC(2026, 8, 1, 8)

/**
 * What one to three people and an inbox said to each other, in the order in which it happened. Each thing has a second
 * of its own, so that nothing contradicts anything else. `kinds` are those that the channel knows.
 */
export function randomFacts(random: Random, kinds: ReadonlySet<FactKind>, namings: readonly Naming[]): readonly Fact[] {
  const facts: Fact[] = []
  const people = 1 + random.below(3)
  let seconds = 0
  let ids = 0
  const add = (person: number, said: Said) => {
    seconds += 1 + random.below(4)
    const isRenewed = said.kind === 'renewal' || isRenewedIn(facts, person)
    facts.push({ ...said, person, isRenewed, naming: random.pick(namings), at: start + seconds * 1000 } as Fact)
  }
  const messagesOf = (person: number) => facts.filter((fact): fact is Message => isMessage(fact) && fact.person === person)
  for (let count = 4 + random.below(10); count > 0; count--) {
    const person = random.below(people)
    const messages = messagesOf(person)
    if (kinds.has('renewal') && messages.length > 0 && !isRenewedIn(facts, person) && random.chance(0.15)) {
      add(person, { kind: 'renewal', id: `renewal-${person}` })
      continue
    }
    const kind = random.pick(['inbound', 'inbound', 'echo', 'press', 'about', 'about', 'about'] as const)
    const id = `${person}${++ids}`
    if (kind === 'press' && kinds.has('press')) add(person, { kind, id, payload: `pressed ${id}` })
    else if (kind !== 'about' || messages.length === 0) {
      const replyTo = messages.length > 0 && random.chance(0.2) ? random.pick(messages).id : undefined
      add(person, {
        kind: kind === 'echo' && kinds.has('echo') ? kind : 'inbound',
        id,
        text: `text ${id}`,
        ...(replyTo !== undefined && { replyTo }),
      })
    } else sayAbout(random, random.pick(messages), id, kinds, facts, (said) => add(person, said))
  }
  return facts
}

function isRenewedIn(facts: readonly Fact[], person: number): boolean {
  return facts.some((fact) => fact.kind === 'renewal' && fact.person === person)
}

function isMessage(fact: Fact): fact is Message {
  return fact.kind === 'inbound' || fact.kind === 'echo'
}

/** Says something about a message that was there before. */
function sayAbout(
  random: Random,
  message: Message,
  id: string,
  kinds: ReadonlySet<FactKind>,
  facts: readonly Fact[],
  add: (said: Said) => void,
): void {
  const target = message.id
  const about = facts.filter((fact) => 'target' in fact && fact.target === target)
  // Of a message that is gone nobody says anything more.
  if (about.some(({ kind }) => kind === 'delete')) return
  const say = (kind: FactKind, said: Said) => {
    if (kinds.has(kind)) add(said)
  }
  const choice = random.below(3)
  if (choice === 0) say('reaction', { kind: 'reaction', id, target, emoji: random.pick(['👍', '❤', null]) })
  else if (message.kind === 'inbound') {
    if (random.chance(0.3)) say('delete', { kind: 'delete', id, target })
    else say('edit', { kind: 'edit', id, target, text: `edited ${id}`, number: about.filter(({ kind }) => kind === 'edit').length + 1 })
  } else if (random.chance(0.3)) {
    // Of two that come before their messages the greater one counts: docs/decisions/watermarks-on-the-contact-inbox.md.
    const status = random.pick(['delivered', 'read'] as const)
    const isKnown = facts.some((fact) => fact.kind === 'watermark' && fact.status === status && fact.person === message.person)
    if (!isKnown) say('watermark', { kind: 'watermark', status, upTo: message.at })
  } else {
    const before = about.flatMap((fact) => (fact.kind === 'receipt' ? [fact.status] : []))
    // A message that failed was never delivered.
    const possible = before.includes('failed')
      ? []
      : before.length === 0
        ? (['sent', 'delivered', 'failed'] as const)
        : (['delivered', 'read'] as const)
    if (possible.length > 0) say('receipt', { kind: 'receipt', target, status: random.pick(possible) })
  }
}
