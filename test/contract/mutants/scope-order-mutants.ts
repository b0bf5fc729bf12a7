import { inFunction, type PostgresMutant } from './mutated-postgres.js'

const bothKnow = 'takes a message that both people have for that of the destination, which knew the person later'
const waits = 'leaves what waits in the source for an id of a message of the destination that gets no id'

const bug = inFunction(1)

/** Bugs where a person has something under one id in several scopes, or is about to. */
export const scopeOrderMutants: readonly PostgresMutant[] = [
  bug(
    'an event is known by whichever scope the index names first',
    'moveInboxBatch',
    bothKnow,
    'write_round',
    'order by array_position(parsed.scopes, found.scope) limit 1',
    'limit 1',
  ),
  bug(
    'what waits for a known message is applied when it comes again beside a new one',
    'moveInboxBatch',
    waits,
    'write_round',
    'event.is_message and not (event.is_known or event.is_repeat) and',
    'event.is_message and',
  ),
  bug(
    'what waits for an id is applied by a link that gives no message an id',
    'moveInboxBatch',
    waits,
    'apply_event',
    'when v_linked and not v_had_local then',
    'when v_had_local then',
  ),
  bug(
    'several people are asked in the order of their ids',
    'upsertConversationWithEvents',
    'takes the older person’s message of two that have its id where a repetition names both',
    'link_item',
    'order by array_position(v_evidence.heads, h.id), s.n',
    'order by h.id, s.n',
  ),
  bug(
    'the contact that goes gets the name that an adoption brings',
    'upsertConversation',
    'names the older contact of two that become one by an adoption, and leaves the other one as it was',
    'write_rare',
    "p_item->>'given_name' is not null and",
    'false and',
  ),
  bug(
    'what is taken back in the same step leaves its time',
    'linkCustomerIds',
    'leaves a closed conversation as it was where what waited for it takes back what it did',
    'apply_event',
    'updated_at = case when (p_operation is not null and',
    'updated_at = case when (p_operation is null or',
  ),
  bug(
    'whoever is parted loses the contact that was made since',
    'undoInboxMigration',
    'leaves the contact of what was said since with the one of the destination, where neither had one',
    'part_people',
    'coalesce(b.contact_id, case when o.contact_id is null then x.contact_id end)',
    'b.contact_id',
  ),
]
