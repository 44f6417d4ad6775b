//! Working time. The figure of each person averages 49.41 hours a week.

use super::acts::{Act, Page::Get, on_record, once};

pub(super) const ACTS: &[Act] = &[
    on_record(
        "read working time",
        Get("/team/working-time/{person}"),
        "49.41",
        "select 1 from working_time_figures where person_id = '{person}' \
            and exists (select from people where id = '{person}')",
    ),
    once(
        "declare an opt-out",
        Get("/working-time/declarations"),
        "",
        "insert into opt_outs (organisation_id, id, person_id, unit_id, from_on, notice_days, declared_at) \
         values ('{org}', gen_random_uuid(), '{me}', '{unit}', current_date, 7, now())",
    ),
    once(
        "declare another job",
        Get("/working-time/declarations/jobs/new"),
        "",
        "insert into other_employments (organisation_id, id, person_id, unit_id, kind, drives, week, from_on, declared_at) \
         values ('{org}', gen_random_uuid(), '{me}', '{unit}', 'primary', false, '[null,null,null,null,null,null,null]', \
                 current_date, now())",
    ),
    once("see the working time of a team", Get("/team/working-time"), "", ""),
    once("download the working time of a team", Get("/team/working-time.csv"), "", ""),
    once(
        "keep contract groups",
        Get("/contract-groups"),
        "",
        "insert into contract_groups (organisation_id, id, name, reference_weeks, civil_protection, standby, weekly_rest, \
             breaks_count, special_hazards, notice_days, action, created_at) \
         values ('{org}', gen_random_uuid(), 'Another', 17, false, 'all', 'weekly', false, false, 7, 'off', now())",
    ),
    once(
        "say who belongs to a contract group",
        Get("/contract-groups/{contract}"),
        "",
        "insert into working_terms (organisation_id, person_id, from_on, unit_id, group_id, employed_on, set_by, set_at) \
         values ('{org}', '{me}', current_date, '{unit}', '{contract}', current_date, '{me}', now())",
    ),
    once(
        "say what a kind of work counts as",
        Get("/contract-groups/sources"),
        "",
        "insert into duty_kind_sources (organisation_id, kind_id, source) values ('{org}', '{kind}', 'shift')",
    ),
];
