import type { Names } from '../../names.js'
import { sendAgain } from './bulk-locks.js'

/**
 * Locks the contacts `ids` in the order of their ids, and reads them into `v_kept` and `v_lost`. Starts the call anew
 * where one of them was merged into another one meanwhile.
 */
export function lockContacts({ tables }: Names, keptId: string, lostId: string): string {
  return `perform true from (select i.id from unnest(array[${keptId}, ${lostId}]) i(id) order by i.id) wanted
  cross join lateral (select true from ${tables.contacts} x where x.account_id = p_account and x.id = wanted.id for no key update) held;
  select * into v_kept from ${tables.contacts} x where x.account_id = p_account and x.id = ${keptId};
  select * into v_lost from ${tables.contacts} x where x.account_id = p_account and x.id = ${lostId};`
}

export function requireUnmerged(): string {
  return `if v_kept.merged_into is not null or v_lost.merged_into is not null then
    ${sendAgain};
  end if;`
}

/**
 * The kept contact's name, its source and its metadata once it has taken over what a person typed of the other. The
 * parentheses keep PL/pgSQL from taking a `then` within them for that of its own `if`.
 */
export function takenOver(kept: string, lost: string) {
  const isOthers = `(${kept}.name_source is distinct from 'person' and (${lost}.name_source = 'person' or ${kept}.name is null))`
  return {
    name: `(case when ${isOthers} then ${lost}.name else ${kept}.name end)`,
    nameSource: `(case when ${isOthers} then ${lost}.name_source else ${kept}.name_source end)`,
    metadata: `(case when ${kept}.metadata is null or ${lost}.metadata is null then coalesce(${kept}.metadata, ${lost}.metadata) else ${lost}.metadata || ${kept}.metadata end)`,
  }
}

/**
 * Makes `v_kept` hold what `v_lost` had, and lets the id of that one lead to it, and the ids that led there: an id
 * always leads to a kept contact in one step. Leaves those in `v_moved`.
 */
export function holdContact({ fn, tables }: Names, now: string): string {
  const taken = takenOver('v_kept', 'v_lost')
  return `v_moved := array(select y.id from ${tables.contacts} y where y.account_id = p_account and y.merged_into = v_lost.id order by y.id);
  update ${tables.contacts} x set name = ${taken.name}, name_source = ${taken.nameSource}, metadata = ${taken.metadata},
    operations = ${fn('joined_operations')}(v_kept.operations, v_lost.operations), updated_at = ${now}
  where x.account_id = p_account and x.id = v_kept.id;
  update ${tables.contacts} x set merged_into = v_kept.id, updated_at = case when x.id = v_lost.id then ${now} else x.updated_at end
  where x.account_id = p_account and x.id = any (v_lost.id || v_moved);`
}
