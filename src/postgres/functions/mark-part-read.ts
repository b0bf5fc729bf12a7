import type { Names } from '../names.js'
import { moveReadHorizon } from './expressions/read-horizon.js'
import type { SqlFunction } from './sql-function.js'

/** Moves the read horizon of one of the conversations that were merged into another one, by its own numbers. */
export function markPartRead(names: Names): SqlFunction {
  return moveReadHorizon(names, {
    name: 'mark_part_read',
    parameter: 'p_part text, p_seq integer',
    isForward: true,
    horizon: 'c.read_seq',
    partHorizon: 'case when p.id = p_part then least(p_seq, p.last_seq) end',
  })
}
