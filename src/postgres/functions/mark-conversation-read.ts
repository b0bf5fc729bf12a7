import type { Names } from '../names.js'
import { moveReadHorizon } from './expressions/read-horizon.js'
import type { SqlFunction } from './sql-function.js'

/** Moves the read horizon of a conversation to a message, never back. */
export function markConversationRead(names: Names): SqlFunction {
  return moveReadHorizon(names, {
    name: 'mark_conversation_read',
    parameter: 'p_seq integer',
    isForward: true,
    horizon: 'least(p_seq, c.last_seq)',
    partHorizon: 'least(p_seq - p.seq_base, p.last_seq)',
  })
}
