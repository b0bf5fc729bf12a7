import { chatScopedChannels } from '../../../model/channels.js'
import { literal } from '../../literal.js'
import type { Names } from '../../names.js'

/**
 * The customer ids of one person in one inbox are a group: a head, and aliases that point at it. Messages and events
 * are stored under the id of the row that was the head then, which is their scope (`contact_inbox_id`), and keep the
 * exact row in `own_id` where it is another one. So the unique indexes decide over a group from the link on. What an id
 * stored before it was linked stays where it is, and the head names all scopes of its group.
 */

/** Whether the message ids of a channel are unique within one chat only, so that each id is a scope of its own. */
export function isChatScoped(channel: string): string {
  return `${channel} in (${chatScopedChannels.map(literal).join(', ')})`
}

/** The id under which a call of the row `ownId` stores what is new. */
export function scopeOf(head: string, ownId: string, channel = `${head}.channel`): string {
  return `case when ${isChatScoped(channel)} then ${ownId} else ${head}.id end`
}

/** The row of that id. Both are look-ups of contact-inbox-look-up.ts. */
export function scopeRowOf(head: string, own: string, channel: string): string {
  return `case when ${isChatScoped(channel)} then ${own}.row else ${head}.row end`
}

/** The ids under which a call of the row `ownId` finds what is known. */
export function scopesOf(head: string, ownId: string, channel = `${head}.channel`): string {
  return `case when ${head}.scopes is null or ${isChatScoped(channel)} then array[${scopeOf(head, ownId, channel)}] else ${head}.scopes end`
}

/** The scopes of a head that are not those of another one too: see `joinedScopes` of the planner. */
export function scopesBeside(head: string, other: string): string {
  return `array(select s.id from unnest(coalesce(${head}.scopes, array[${head}.id])) with ordinality s(id, n)
        where s.id <> all (coalesce(${other}.scopes, array[${other}.id])) order by s.n)`
}

/** Of messages with one id that several scopes had before they were linked, the first scope's counts. */
export function inOrderOf(scopes: string, scope: string): string {
  return `array_position(${scopes}, ${scope})`
}

/**
 * The scopes of all who had the id of the row `own` before. What concerns what was said under it then may come late, or
 * again. Nearly no id had another person, and then nothing is read.
 */
export function formerScopes({ fn, tables }: Names, own: string, channel: string): string {
  return `select array(select s.id from unnest(${fn('former_heads')}(p_account, ${own}.previous_head_id)) with ordinality f(id, n)
        cross join lateral (select coalesce(x.scopes, array[x.id]) as scopes from ${tables.contact_inboxes} x where x.account_id = p_account and x.id = f.id limit 1) h
        cross join lateral unnest(h.scopes) s(id) order by f.n) as scopes
      where ${own}.previous_head_id is not null and not ${isChatScoped(channel)}`
}
