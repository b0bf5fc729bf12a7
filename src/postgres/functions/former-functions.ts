import { literal } from '../literal.js'
import type { Names } from '../names.js'

/**
 * Drops what earlier revisions have left under the name of a function and PostgreSQL would not replace: those that had
 * other parameters, and those that gave something else back.
 */
export function dropFormerSql(names: Names): readonly string[] {
  const { fn } = names
  const stamp = 'text, timestamptz, bigint'
  const gaveNothing = "p.prorettype = 'void'::regtype"
  return [
    // It had one parameter before.
    `drop function if exists ${fn('require_within')}(jsonb)`,
    // note_delivery took its place.
    `drop function if exists ${fn('delivery_status')}(text, timestamptz, timestamptz, timestamptz, timestamptz)`,
    dropIf(`${fn('apply_waiting')}(text, text, text[], text[], text[], text, ${stamp})`, gaveNothing),
    dropIf(`${fn('fold_message')}(text, text, text, ${stamp})`, gaveNothing),
    dropIf(`${fn('turn_live')}(text, text, text[], text, jsonb, text, ${stamp})`, gaveNothing),
    dropIf(`${fn('link_message')}(text, text, text[], text, text, timestamptz, ${stamp})`, "not 'waits' = any (p.proargnames)"),
  ]
}

function dropIf(signature: string, condition: string): string {
  return `do ${literal(`begin
  if exists (select 1 from pg_catalog.pg_proc p where p.oid = to_regprocedure(${literal(signature)}) and ${condition}) then
    drop function ${signature};
  end if;
end`)}`
}
