// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Pins every type of the wire format into BTF, from where decoders and encoders are generated. Has
 * no programs and is never loaded.
 */
#include "../include/kernel.h"
#include "../include/policy.h"
#include "../include/record.h"
#include "../include/response.h"

#define PIN_STRUCT(name) const struct name *pin_##name __attribute__((unused)) = 0
#define PIN_ENUM(name)	 const enum name *pin_##name __attribute__((unused)) = 0

PIN_STRUCT(record_header);
PIN_STRUCT(exec_record);
PIN_STRUCT(fork_record);
PIN_STRUCT(exit_record);
PIN_STRUCT(hook_record);
PIN_STRUCT(loader_record);
PIN_STRUCT(cgroup_record);
PIN_STRUCT(dns_record);
PIN_STRUCT(argument_record);
PIN_STRUCT(socket_detail);
PIN_STRUCT(user_namespace_detail);
PIN_STRUCT(cred_detail);
PIN_STRUCT(bpf_detail);
PIN_STRUCT(perf_event_detail);
PIN_STRUCT(selector_set);
PIN_STRUCT(selector_row);
PIN_STRUCT(rate_row);
PIN_STRUCT(rate_key);
PIN_STRUCT(dimension_config);
PIN_STRUCT(hook_config);
PIN_STRUCT(field_config);
PIN_STRUCT(usdt_argument_config);
PIN_STRUCT(usdt_location_config);
PIN_STRUCT(number_key);
PIN_STRUCT(text_key_tiny);
PIN_STRUCT(text_key_small);
PIN_STRUCT(text_key_medium);
PIN_STRUCT(text_key_large);
PIN_STRUCT(block_key);
PIN_STRUCT(length_row);
PIN_STRUCT(binary_key);
PIN_STRUCT(binary_row);
PIN_STRUCT(workload_row);
PIN_STRUCT(hook_counters_row);
PIN_STRUCT(selector_counters_row);
PIN_STRUCT(loss_key);
PIN_STRUCT(response_row);
PIN_STRUCT(marking_row);
PIN_STRUCT(marked_row);
PIN_STRUCT(doomed_row);

PIN_ENUM(record_kind);
PIN_ENUM(record_flag);
PIN_ENUM(exec_flag);
PIN_ENUM(argument_status);
PIN_ENUM(outcome_flag);
PIN_ENUM(return_status);
PIN_ENUM(argument_type);
PIN_ENUM(argument_source);
PIN_ENUM(argument_width);
PIN_ENUM(dimension_kind);
PIN_ENUM(dimension_source);
PIN_ENUM(dimension_flag);
PIN_ENUM(fact);
PIN_ENUM(hook_flag);
PIN_ENUM(rate_scope);
PIN_ENUM(return_tracking);
PIN_ENUM(field_kind);
PIN_ENUM(usdt_source);
PIN_ENUM(control_number);
PIN_ENUM(counter);
PIN_ENUM(loss_reason);
PIN_ENUM(cgroup_change);
PIN_ENUM(dns_direction);
PIN_ENUM(workload_number);
PIN_ENUM(verdict_kind);
PIN_ENUM(marking_scope);
