import type { EventInput, MessageEventInput } from '../../src/model/event-inputs.js'
import { at } from './history.js'
import type { Script } from './script.js'

/** What a person and the host say to each other in one era, as webhooks and the host tell it. */
export function talk(script: Script, person: number, era: number): void {
  const { random } = script
  for (let left = 1 + random.below(2); left > 0; left--) inbound(script, person, era)
  for (let left = random.below(2); left > 0; left--) outbound(script, person, era)
  for (let left = random.below(2); left > 0; left--) handle(script, person, era)
}

function inbound(script: Script, person: number, era: number): void {
  const { random } = script
  const minute = script.minute(person, era)
  const message = (): MessageEventInput & { messageId: string } => {
    const messageId = script.newId('m')
    return { type: 'message', messageId, text: `text of ${messageId}`, occurredAt: at(minute) }
  }
  const first = message()
  // A provider may deliver a message again under another id. Neither body proves that the two ids are one person's.
  if (random.chance(0.15)) {
    for (let copies = 2; copies > 0; copies--) script.write(person, script.naming(person, era, 'one'), [first])
  } else {
    script.write(person, script.naming(person, era), random.chance(0.15) ? [first, message()] : [first])
  }
  change(script, person, era, first.messageId)
}

/** Edits, deletions and reactions, which may come before their message. */
function change(script: Script, person: number, era: number, targetMessageId: string): void {
  const { random } = script
  const events: ((occurredAt: Date) => EventInput)[] = []
  for (let number = 1; random.chance(0.2); number++) {
    const text = `edit ${number} of ${targetMessageId}`
    events.push((occurredAt) => ({ type: 'message_edit', targetMessageId, text, editNumber: number, occurredAt }))
  }
  while (random.chance(0.2)) {
    const what = random.chance(0.25) ? { action: 'remove' as const } : { emoji: random.pick(['❤', '👍', '😮']) }
    events.push((occurredAt) => ({ type: 'reaction', targetMessageId, ...what, occurredAt }))
  }
  if (random.chance(0.08)) events.push((occurredAt) => ({ type: 'message_delete', targetMessageId, occurredAt }))
  let then = era
  for (const event of events) {
    then = later(script, person, then)
    script.write(person, script.naming(person, then), [event(at(script.minute(person, then)))])
  }
}

function outbound(script: Script, person: number, era: number): void {
  const { random } = script
  const minute = script.minute(person, era)
  const messageId = script.newId('r')
  const text = `text of ${messageId}`
  const reply = { type: 'message', direction: 'outbound', text } as const
  const host = () => script.naming(person, era, 'one')
  const echoes = (more: { readonly localId?: string }) => {
    const naming = script.naming(person, era, random.pick(['one', 'all']))
    const event = { ...reply, ...more, messageId, occurredAt: at(minute, 10) }
    if (random.chance(0.5)) script.write(person, naming, [event], { mayBeKnown: true })
  }
  if (random.chance(0.5)) {
    const localId = script.newId('l')
    script.write(person, host(), [{ ...reply, localId, occurredAt: at(minute) }])
    script.write(person, host(), [{ type: 'message_sent', localId, messageId, occurredAt: at(minute, 5) }])
    echoes(random.chance(0.5) ? { localId } : {})
  } else {
    script.write(person, host(), [{ ...reply, messageId, occurredAt: at(minute) }])
    echoes({})
  }
  for (const status of ['delivered', 'read'] as const) {
    if (random.chance(0.3)) receipt(script, person, era, (occurredAt) => ({ type: 'receipt', status, messageIds: [messageId], occurredAt }))
    if (random.chance(0.1)) {
      receipt(script, person, era, (occurredAt) => ({ type: 'receipt', status, watermark: at(minute, 30), occurredAt }))
    }
  }
}

/** A receipt names the ids that the reply went to, or those that the person has when it comes. */
function receipt(script: Script, person: number, era: number, event: (occurredAt: Date) => EventInput): void {
  const then = later(script, person, era)
  const naming = script.naming(person, script.random.chance(0.5) ? era : then)
  script.write(person, naming, [event(at(script.minute(person, then), 40))])
}

/** What the host does with the conversation. */
function handle(script: Script, person: number, era: number): void {
  const { random } = script
  const { customerId, after, before } = script.naming(person, era, 'one')
  const what = random.pick(['read', 'close', 'close', 'reopen', 'snooze', 'reopen that of'] as const)
  const base = { person, customerId }
  if (what !== 'reopen that of') script.add({ ...base, what, after }, before)
  else {
    const own = script.calls.filter((call) => call.person === person && call.what === 'write')
    if (own.length === 0) return
    const earlier = random.pick(own).id
    script.add({ ...base, what, after: [...after, earlier], earlier }, before)
  }
}

function later(script: Script, person: number, era: number): number {
  const last = (script.world.people[person]?.eras.length ?? 1) - 1
  return script.random.chance(0.3) ? last : era
}
