import { expressionSettings } from './function-settings.js'
import type { SqlFunction } from './sql-function.js'

export function deliveryStatus(): SqlFunction {
  return {
    name: 'delivery_status',
    parameters: 'p_direction text, p_sent timestamptz, p_delivered timestamptz, p_read timestamptz, p_failed timestamptz',
    returns: 'text',
    attributes: `language sql immutable ${expressionSettings}`,
    body: `
  select case when p_direction = 'outbound' then
    case when p_read is not null then 'read' when p_delivered is not null then 'delivered'
         when p_failed is not null and (p_sent is null or p_failed >= p_sent) then 'failed'
         when p_sent is not null then 'sent' else 'pending' end end
`,
  }
}
