import * as z from 'zod/mini'
import { limits } from '../limits.js'
import { atMost, id, kind } from './scalars.js'

/** All ids by which a payload names one customer, each once. */
export const identities = atMost(limits.identities, z.strictObject({ id, kind })).check(
  z.superRefine((named, context) => {
    named.forEach(({ id: own }, index) => {
      if (named.slice(0, index).every((other) => other.id !== own)) return
      context.addIssue({ code: 'custom', path: [index, 'id'], message: 'must be named once' })
    })
  }),
)
