//! The tables, as diesel sees them.
// Generated from the migrations by tests/rules/schema.rs, which also checks it. Columns of type xid8 are left out.

diesel::table! {
    absences (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        kind -> Text,
        first_on -> Date,
        last_on -> Date,
        recorded_by -> Uuid,
        created_at -> Timestamptz,
        withdrawn_at -> Nullable<Timestamptz>,
        withdrawn_by -> Nullable<Uuid>,
        changed_at -> Nullable<Timestamptz>,
        changed_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    accounts (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        email -> Text,
        password_hash -> Nullable<Text>,
        password_changed_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        disabled_at -> Nullable<Timestamptz>,
        last_sign_in_at -> Nullable<Timestamptz>,
        welcomed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_token_scopes (organisation_id, token_id, permission) {
        organisation_id -> Uuid,
        token_id -> Uuid,
        person_id -> Uuid,
        permission -> Text,
    }
}

diesel::table! {
    api_token_uses (organisation_id, token_id, at, id) {
        organisation_id -> Uuid,
        token_id -> Uuid,
        at -> Timestamptz,
        id -> Uuid,
        person_id -> Uuid,
        route -> Text,
        status -> Int2,
        masked_address -> Nullable<Text>,
    }
}

diesel::table! {
    api_tokens (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        name -> Text,
        secret_hash -> Bytea,
        hint -> Text,
        previous_hash -> Nullable<Bytea>,
        previous_until -> Nullable<Timestamptz>,
        networks -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        rotated_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        revoked_by -> Nullable<Uuid>,
        last_used_at -> Nullable<Timestamptz>,
        last_used_from -> Nullable<Text>,
    }
}

diesel::table! {
    application_events (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        application_id -> Uuid,
        unit_id -> Uuid,
        at -> Timestamptz,
        by_id -> Nullable<Uuid>,
        said -> Text,
    }
}

diesel::table! {
    application_files (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        application_id -> Uuid,
        unit_id -> Uuid,
        file_name -> Text,
        media_type -> Text,
        bytes -> Int8,
        content -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    application_letters (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        application_id -> Uuid,
        unit_id -> Uuid,
        kind -> Text,
        body -> Text,
        state -> Text,
        written_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    application_scores (organisation_id, application_id, scorer_id, criterion) {
        organisation_id -> Uuid,
        application_id -> Uuid,
        unit_id -> Uuid,
        scorer_id -> Uuid,
        criterion -> Text,
        mark -> Int2,
        note -> Nullable<Text>,
        scored_at -> Timestamptz,
    }
}

diesel::table! {
    application_templates (organisation_id, kind) {
        organisation_id -> Uuid,
        kind -> Text,
        body -> Text,
        changed_by -> Uuid,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    applications (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        vacancy_id -> Uuid,
        unit_id -> Uuid,
        reference -> Text,
        code_hash -> Bytea,
        given_name -> Text,
        family_name -> Text,
        email -> Text,
        phone -> Nullable<Text>,
        answers -> Jsonb,
        stage -> Text,
        state -> Text,
        reason -> Nullable<Text>,
        decided_by -> Nullable<Uuid>,
        settled_at -> Nullable<Timestamptz>,
        person_id -> Nullable<Uuid>,
        received_at -> Timestamptz,
        delete_after -> Nullable<Date>,
        revision -> Int4,
    }
}

diesel::table! {
    approval_delegations (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        delegate_id -> Uuid,
        from_day -> Date,
        to_day -> Date,
        reason -> Nullable<Text>,
        created_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    audit_checkpoints (size) {
        size -> Int8,
        root -> Bytea,
        note -> Text,
        last_id -> Int8,
        at -> Timestamptz,
    }
}

diesel::table! {
    audit_entries (id) {
        id -> Int8,
        organisation_id -> Uuid,
        at -> Timestamptz,
        actor_kind -> Text,
        actor_id -> Nullable<Uuid>,
        actor_label -> Text,
        masked_address -> Nullable<Text>,
        action -> Text,
        object_kind -> Text,
        object_id -> Nullable<Text>,
        subject_id -> Nullable<Uuid>,
        detail -> Jsonb,
        salt -> Nullable<Bytea>,
        commitment -> Bytea,
    }
}

diesel::table! {
    audit_marks (size) {
        size -> Int8,
        last_id -> Int8,
    }
}

diesel::table! {
    built_in_role_permissions (role, permission, scope) {
        role -> Text,
        permission -> Text,
        scope -> Text,
    }
}

diesel::table! {
    calendar_feeds (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        token_hash -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    certificate_notices (organisation_id, certificate_id, expires_on, days) {
        organisation_id -> Uuid,
        certificate_id -> Uuid,
        expires_on -> Date,
        days -> Int2,
        sent_at -> Timestamptz,
    }
}

diesel::table! {
    certificates (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        kind_id -> Uuid,
        awarded_on -> Date,
        expires_on -> Nullable<Date>,
        reference -> Nullable<Text>,
        awarded_by -> Nullable<Text>,
        ended_on -> Nullable<Date>,
        ended_reason -> Nullable<Text>,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
        changed_at -> Timestamptz,
        revision -> Int4,
    }
}

diesel::table! {
    claims (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        duty_id -> Uuid,
        day -> Date,
        kind -> Text,
        amount -> Int4,
        basis -> Int4,
        duty_revision -> Int4,
        note -> Nullable<Text>,
        state -> Text,
        made_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Uuid>,
        decided_by_name -> Nullable<Text>,
        decided_amount -> Nullable<Int4>,
        answer -> Nullable<Text>,
        payroll_run_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    competence_exceptions (organisation_id, person_id, kind_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        kind_id -> Uuid,
        unit_id -> Uuid,
        needed -> Bool,
        reason -> Text,
        set_by -> Uuid,
        set_at -> Timestamptz,
    }
}

diesel::table! {
    competence_kinds (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        name -> Text,
        validity_months -> Nullable<Int4>,
        grace_days -> Int4,
        effect -> Text,
        effect_note -> Nullable<Text>,
        position -> Int4,
        retired_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    competence_needs (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        kind_id -> Uuid,
        unit_id -> Nullable<Uuid>,
        role_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    contract_groups (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        name -> Text,
        reference_weeks -> Int2,
        anchor_on -> Nullable<Date>,
        civil_protection -> Bool,
        standby -> Text,
        weekly_rest -> Text,
        breaks_count -> Bool,
        special_hazards -> Bool,
        notice_days -> Int2,
        action -> Text,
        for_all -> Bool,
        retired_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        revision -> Int4,
    }
}

diesel::table! {
    cover_needs (organisation_id, unit_id) {
        organisation_id -> Uuid,
        unit_id -> Uuid,
        full_riders -> Int4,
        least_riders -> Int4,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    cpd_entries (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        kind -> Text,
        title -> Text,
        provider -> Nullable<Text>,
        started_on -> Date,
        ended_on -> Nullable<Date>,
        happened_on -> Date,
        minutes -> Nullable<Int4>,
        outcome -> Nullable<Text>,
        reflection -> Nullable<Text>,
        practice -> Nullable<Text>,
        benefit -> Nullable<Text>,
        standards -> Int2,
        duty_id -> Nullable<Uuid>,
        shared -> Bool,
        revision -> Int4,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    cpd_evidence (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        entry_id -> Uuid,
        person_id -> Uuid,
        file_name -> Text,
        media_type -> Text,
        bytes -> Int8,
        sha256 -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    cpd_evidence_content (organisation_id, evidence_id) {
        organisation_id -> Uuid,
        evidence_id -> Uuid,
        person_id -> Uuid,
        content -> Bytea,
    }
}

diesel::table! {
    cpd_profile_entries (organisation_id, person_id, entry_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        entry_id -> Uuid,
    }
}

diesel::table! {
    cpd_profiles (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        registrant -> Bool,
        profession -> Nullable<Text>,
        registration -> Nullable<Text>,
        period_from -> Nullable<Date>,
        period_to -> Nullable<Date>,
        history -> Nullable<Text>,
        statement -> Nullable<Text>,
        revision -> Int4,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    cpd_requests (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        entry_id -> Uuid,
        person_id -> Uuid,
        verifier_id -> Uuid,
        title -> Text,
        message -> Nullable<Text>,
        state -> Text,
        revision -> Nullable<Int4>,
        answer -> Nullable<Text>,
        asked_at -> Timestamptz,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    crew_assignments (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        call_sign -> Text,
        person_id -> Uuid,
        job_role -> Nullable<Text>,
        from_date -> Date,
        to_date -> Nullable<Date>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    detail_changes (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        part -> Text,
        was -> Jsonb,
        becomes -> Jsonb,
        state -> Text,
        proposed_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    duties (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        started_at -> Timestamptz,
        ended_at -> Timestamptz,
        started_on -> Date,
        week_start -> Date,
        break_minutes -> Int4,
        worked_minutes -> Int4,
        type_id -> Uuid,
        category_id -> Nullable<Uuid>,
        subcategory_id -> Nullable<Uuid>,
        incident_number -> Nullable<Text>,
        job_role -> Nullable<Text>,
        call_sign -> Nullable<Text>,
        mileage_tenths -> Nullable<Int4>,
        turnout_seconds -> Nullable<Int4>,
        travel_seconds -> Nullable<Int4>,
        attendance_seconds -> Nullable<Int4>,
        source -> Text,
        import_id -> Nullable<Uuid>,
        source_key -> Nullable<Text>,
        revision -> Int4,
        created_at -> Timestamptz,
        created_by -> Uuid,
        changed_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    duty_corrections (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        timesheet_id -> Uuid,
        duty_id -> Uuid,
        act -> Text,
        duty_revision -> Int4,
        was -> Jsonb,
        becomes -> Jsonb,
        reason -> Text,
        state -> Text,
        proposed_at -> Timestamptz,
        decided_at -> Nullable<Timestamptz>,
        decided_by -> Nullable<Uuid>,
        decided_by_name -> Nullable<Text>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    duty_kind_sources (organisation_id, kind_id) {
        organisation_id -> Uuid,
        kind_id -> Uuid,
        source -> Text,
    }
}

diesel::table! {
    duty_kinds (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        parent_id -> Nullable<Uuid>,
        level -> Int2,
        code -> Text,
        name -> Text,
        position -> Int4,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    duty_pattern_slots (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        pattern_id -> Uuid,
        day -> Int4,
        starts_minute -> Int4,
        ends_minute -> Int4,
        duty -> Text,
        break_minutes -> Int4,
    }
}

diesel::table! {
    duty_patterns (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        name -> Text,
        cycle_days -> Int4,
        created_at -> Timestamptz,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    duty_private_notes (organisation_id, duty_id) {
        organisation_id -> Uuid,
        duty_id -> Uuid,
        person_id -> Uuid,
        body -> Text,
    }
}

diesel::table! {
    duty_requests (organisation_id, person_id, key_hash) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        key_hash -> Bytea,
        fingerprint -> Bytea,
        duty_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    duty_revisions (organisation_id, duty_id, revision) {
        organisation_id -> Uuid,
        duty_id -> Uuid,
        revision -> Int4,
        person_id -> Uuid,
        unit_id -> Uuid,
        act -> Text,
        reason -> Text,
        before -> Jsonb,
        changed_by -> Uuid,
        changed_at -> Timestamptz,
        after -> Nullable<Jsonb>,
    }
}

diesel::table! {
    duty_shared_notes (organisation_id, duty_id) {
        organisation_id -> Uuid,
        duty_id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        body -> Text,
    }
}

diesel::table! {
    emergency_contacts (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        name -> Text,
        relation -> Text,
        phone -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    exposure_health (organisation_id, exposure_id, version) {
        organisation_id -> Uuid,
        exposure_id -> Uuid,
        version -> Int4,
        person_id -> Uuid,
        unit_id -> Uuid,
        symptoms -> Nullable<Text>,
        advice -> Nullable<Text>,
    }
}

diesel::table! {
    exposure_rules (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        duty_kind_id -> Uuid,
        kind -> Text,
        agents -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    exposure_versions (organisation_id, exposure_id, version) {
        organisation_id -> Uuid,
        exposure_id -> Uuid,
        version -> Int4,
        person_id -> Uuid,
        confirmed -> Bool,
        happened_on -> Date,
        ba_minutes -> Nullable<Int4>,
        details -> Jsonb,
        reason -> Nullable<Text>,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    exposures (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        duty_id -> Nullable<Uuid>,
        kind -> Text,
        happened_on -> Date,
        confirmed -> Bool,
        version -> Int4,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    factor_resets (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        asked_by -> Uuid,
        asked_at -> Timestamptz,
        expires_at -> Timestamptz,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
        approved -> Nullable<Bool>,
    }
}

diesel::table! {
    grant_requests (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        role_id -> Uuid,
        unit_id -> Nullable<Uuid>,
        starts_at -> Nullable<Timestamptz>,
        ends_at -> Nullable<Timestamptz>,
        reason -> Text,
        requested_by -> Uuid,
        requested_at -> Timestamptz,
        expires_at -> Timestamptz,
        state -> Text,
        decided_by -> Nullable<Uuid>,
        decided_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    hr_contracts (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        contract_type -> Nullable<Text>,
        contract_minutes_per_week -> Nullable<Int4>,
        started_on -> Nullable<Date>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    hr_fitness (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        fitness_note -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    hr_kin (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        next_of_kin -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    hr_payroll (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        payroll_number -> Nullable<Text>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    imports (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        preset -> Text,
        state -> Text,
        file_name -> Text,
        file_sha256 -> Bytea,
        file_bytes -> Int8,
        mapping -> Jsonb,
        rows_total -> Int8,
        rows_done -> Int8,
        rows_ready -> Int8,
        rows_duplicate -> Int8,
        rows_rejected -> Int8,
        failure -> Nullable<Text>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
        records_made -> Int8,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        organisation_id -> Uuid,
        kind -> Text,
        payload -> Jsonb,
        run_at -> Timestamptz,
        leased_until -> Nullable<Timestamptz>,
        attempts -> Int4,
        dead_at -> Nullable<Timestamptz>,
        last_error -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    known_devices (organisation_id, person_id, device_key) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        device_key -> Bytea,
        first_seen_at -> Timestamptz,
        last_seen_at -> Timestamptz,
    }
}

diesel::table! {
    mail_outbox (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        person_id -> Nullable<Uuid>,
        recipient -> Nullable<Text>,
        about_id -> Nullable<Uuid>,
        state -> Text,
        attempts -> Int4,
        unconfirmed -> Int4,
        next_try_at -> Timestamptz,
        claimed_by -> Nullable<Uuid>,
        claimed_until -> Nullable<Timestamptz>,
        answer -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    network_rules (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        place -> Text,
        role_id -> Nullable<Uuid>,
        verdict -> Text,
        network -> Text,
        note -> Text,
        created_at -> Timestamptz,
        off_since -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    notice_choices (organisation_id, person_id, kind, channel) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        wanted -> Bool,
        changed_at -> Timestamptz,
        channel -> Text,
    }
}

diesel::table! {
    notice_digests (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        due_on -> Date,
        notices -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    notice_times (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        quiet_from -> Nullable<Int2>,
        quiet_to -> Nullable<Int2>,
        not_on_duty -> Bool,
        digest_day -> Int2,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    notices (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        about_id -> Nullable<Uuid>,
        on_day -> Nullable<Date>,
        posted_by -> Nullable<Uuid>,
        in_app -> Bool,
        in_digest -> Bool,
        digest_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    oncall_contracts (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        cover_minutes -> Int4,
        from_on -> Date,
        set_by -> Uuid,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    oncall_unavailable (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        starts_at -> Timestamptz,
        ends_at -> Timestamptz,
        reason -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    opt_outs (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        from_on -> Date,
        notice_days -> Int2,
        notice_given_on -> Nullable<Date>,
        last_on -> Nullable<Date>,
        declared_at -> Timestamptz,
    }
}

diesel::table! {
    organisations (organisation_id) {
        organisation_id -> Uuid,
        name -> Text,
        service -> Text,
        brand_colour -> Nullable<Text>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    other_employments (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        kind -> Text,
        employer -> Nullable<Text>,
        drives -> Bool,
        week -> Jsonb,
        from_on -> Date,
        to_on -> Nullable<Date>,
        declared_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    passkey_ceremonies (organisation_id, token_hash) {
        organisation_id -> Uuid,
        token_hash -> Bytea,
        person_id -> Uuid,
        purpose -> Text,
        state -> Text,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    passkeys (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        credential_id -> Bytea,
        credential -> Text,
        rp_id -> Text,
        name -> Text,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    password_links (organisation_id, token_hash) {
        organisation_id -> Uuid,
        token_hash -> Bytea,
        person_id -> Uuid,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        id -> Uuid,
        purpose -> Text,
    }
}

diesel::table! {
    payroll_runs (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        created_by -> Uuid,
        created_by_name -> Text,
        created_at -> Timestamptz,
        claims -> Int4,
    }
}

diesel::table! {
    people (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        unit_id -> Uuid,
        given_name -> Text,
        family_name -> Text,
        employee_number -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        created_at -> Timestamptz,
        left_at -> Nullable<Timestamptz>,
        access_version -> Int8,
    }
}

diesel::table! {
    permission_scopes (permission, scope) {
        permission -> Text,
        scope -> Text,
    }
}

diesel::table! {
    permissions (code) {
        code -> Text,
        area -> Text,
        summary -> Text,
        weight -> Text,
    }
}

diesel::table! {
    person_addresses (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        lines -> Text,
        postcode -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    planned_moves (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        kind -> Text,
        to_unit_id -> Nullable<Uuid>,
        day -> Date,
        due_at -> Timestamptz,
        note -> Nullable<Text>,
        returns -> Jsonb,
        state -> Text,
        planned_by -> Uuid,
        planned_at -> Timestamptz,
        settled_at -> Nullable<Timestamptz>,
        outcome -> Nullable<Text>,
    }
}

diesel::table! {
    plugin_documents (organisation_id, run_id) {
        organisation_id -> Uuid,
        run_id -> Uuid,
        person_id -> Uuid,
        document -> Jsonb,
    }
}

diesel::table! {
    plugin_runs (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        plugin_id -> Uuid,
        person_id -> Uuid,
        unit_id -> Nullable<Uuid>,
        period_from -> Date,
        period_to -> Date,
        state -> Text,
        queued_at -> Timestamptz,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        duration_ms -> Nullable<Int4>,
        rows_read -> Nullable<Int8>,
        peak_memory_bytes -> Nullable<Int8>,
        host_calls -> Nullable<Int8>,
        outcome -> Nullable<Text>,
        log -> Jsonb,
    }
}

diesel::table! {
    plugins (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        name -> Text,
        version -> Text,
        sha256 -> Bytea,
        component -> Bytea,
        manifest -> Jsonb,
        granted -> Jsonb,
        settings -> Jsonb,
        state -> Text,
        uploaded_by -> Uuid,
        uploaded_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    rate_limit_refusals (hour, meter) {
        hour -> Timestamptz,
        meter -> Text,
        refused -> Int8,
    }
}

diesel::table! {
    rate_limits (limit_key) {
        limit_key -> Bytea,
        free_at_us -> Int8,
    }
}

diesel::table! {
    recovery_codes (organisation_id, person_id, code_hash) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        code_hash -> Bytea,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    role_grants (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        role_id -> Uuid,
        unit_id -> Nullable<Uuid>,
        granted_by -> Nullable<Uuid>,
        granted_at -> Timestamptz,
        starts_at -> Nullable<Timestamptz>,
        ends_at -> Nullable<Timestamptz>,
        request_id -> Nullable<Uuid>,
        approved_by -> Nullable<Uuid>,
        source -> Text,
    }
}

diesel::table! {
    role_permissions (organisation_id, role_id, permission, scope) {
        organisation_id -> Uuid,
        role_id -> Uuid,
        permission -> Text,
        scope -> Text,
    }
}

diesel::table! {
    role_sign_in_rules (organisation_id, role_id) {
        organisation_id -> Uuid,
        role_id -> Uuid,
        factor_since -> Nullable<Timestamptz>,
        grace_days -> Int4,
        idle_minutes -> Nullable<Int4>,
        absolute_minutes -> Nullable<Int4>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    roles (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        code -> Text,
        name -> Text,
        summary -> Text,
        built_in -> Bool,
        created_by -> Nullable<Uuid>,
        created_at -> Nullable<Timestamptz>,
        retired_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    rota_assignments (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        pattern_id -> Uuid,
        person_id -> Nullable<Uuid>,
        unit_id -> Uuid,
        anchor_on -> Date,
        from_on -> Date,
        until_on -> Nullable<Date>,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    rota_confirmations (organisation_id, person_id, slot_id, day) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        slot_id -> Uuid,
        day -> Date,
        duty_id -> Uuid,
        confirmed_at -> Timestamptz,
    }
}

diesel::table! {
    scim_groups (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        display_name -> Text,
        external_id -> Nullable<Text>,
        version -> Int8,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    scim_members (organisation_id, group_id, person_id) {
        organisation_id -> Uuid,
        group_id -> Uuid,
        person_id -> Uuid,
    }
}

diesel::table! {
    scim_tokens (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        token_hash -> Bytea,
        name -> Text,
        default_unit_id -> Uuid,
        default_role_id -> Nullable<Uuid>,
        created_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    scim_users (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        user_name -> Text,
        external_id -> Nullable<Text>,
        resource -> Jsonb,
        joined -> Bool,
        version -> Int8,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (organisation_id, token_hash) {
        organisation_id -> Uuid,
        token_hash -> Bytea,
        person_id -> Uuid,
        created_at -> Timestamptz,
        seen_at -> Timestamptz,
        expires_at -> Timestamptz,
        masked_address -> Nullable<Text>,
        device -> Nullable<Text>,
        public_id -> Uuid,
        proved_at -> Nullable<Timestamptz>,
        proof -> Nullable<Text>,
        confined -> Bool,
        privileges -> Nullable<Bytea>,
        previous_hash -> Nullable<Bytea>,
        previous_until -> Nullable<Timestamptz>,
        voucher -> Nullable<Uuid>,
    }
}

diesel::table! {
    setup_links (token_hash) {
        token_hash -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sign_in_directory (email_key, organisation_id) {
        email_key -> Bytea,
        organisation_id -> Uuid,
    }
}

diesel::table! {
    sign_in_doors (provider_id) {
        provider_id -> Uuid,
        organisation_id -> Uuid,
        label -> Text,
        listed -> Bool,
    }
}

diesel::table! {
    sign_in_methods (organisation_id) {
        organisation_id -> Uuid,
        passwords -> Text,
    }
}

diesel::table! {
    sign_in_rules (organisation_id) {
        organisation_id -> Uuid,
        max_sessions -> Int4,
        passkey_alone -> Bool,
        short_with_factor -> Bool,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    sign_in_steps (organisation_id, token_hash) {
        organisation_id -> Uuid,
        token_hash -> Bytea,
        person_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        voucher -> Nullable<Uuid>,
    }
}

diesel::table! {
    sign_in_throttle (throttle_key) {
        throttle_key -> Bytea,
        failures -> Int4,
        window_started_at -> Timestamptz,
        blocked_until -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    signal_choices (organisation_id, person_id, kind) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        since -> Timestamptz,
        snoozed_until -> Nullable<Date>,
    }
}

diesel::table! {
    signal_comparisons (organisation_id) {
        organisation_id -> Uuid,
        day -> Date,
        people -> Int4,
        minutes -> Nullable<Int4>,
    }
}

diesel::table! {
    signal_raisings (organisation_id, person_id, kind) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        raised_at -> Timestamptz,
        reason -> Text,
        checked_at -> Timestamptz,
        noticed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    signal_rules (organisation_id, kind) {
        organisation_id -> Uuid,
        kind -> Text,
        offered -> Bool,
        threshold -> Int2,
        window_days -> Nullable<Int2>,
        rest_minutes -> Nullable<Int2>,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    signal_tellings (organisation_id, person_id, kind) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        recipient_id -> Uuid,
        chosen_at -> Timestamptz,
        told_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sso_links (organisation_id, issuer, subject) {
        organisation_id -> Uuid,
        issuer -> Text,
        subject -> Text,
        person_id -> Uuid,
        provider_id -> Uuid,
        way -> Text,
        groups -> Jsonb,
        linked_at -> Timestamptz,
        last_sign_in_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sso_logouts (organisation_id, issuer, jti) {
        organisation_id -> Uuid,
        issuer -> Text,
        jti -> Text,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    sso_permits (organisation_id, person_id, provider_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        provider_id -> Uuid,
        created_by -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    sso_providers (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        label -> Text,
        issuer -> Text,
        client_id -> Text,
        client_secret -> Nullable<Bytea>,
        scopes -> Text,
        group_claim -> Text,
        joining -> Text,
        default_unit_id -> Nullable<Uuid>,
        default_role_id -> Nullable<Uuid>,
        second_factor -> Text,
        trusted_contexts -> Text,
        enabled -> Bool,
        listed -> Bool,
        created_at -> Timestamptz,
        changed_at -> Timestamptz,
        worked_at -> Nullable<Timestamptz>,
        failed_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    sso_rules (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        group_value -> Text,
        role_id -> Uuid,
        unit_id -> Nullable<Uuid>,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sso_sessions (organisation_id, voucher) {
        organisation_id -> Uuid,
        voucher -> Uuid,
        provider_id -> Uuid,
        issuer -> Text,
        subject -> Text,
        sid -> Nullable<Text>,
        began_at -> Timestamptz,
    }
}

diesel::table! {
    timesheet_events (organisation_id, timesheet_id, revision) {
        organisation_id -> Uuid,
        timesheet_id -> Uuid,
        revision -> Int4,
        state -> Text,
        reason -> Nullable<Text>,
        minutes -> Int4,
        duties -> Int4,
        moved_at -> Timestamptz,
        moved_by -> Uuid,
        moved_by_name -> Text,
        in_stead_of -> Nullable<Uuid>,
        in_stead_of_name -> Nullable<Text>,
    }
}

diesel::table! {
    timesheet_rules (organisation_id, starts_on) {
        organisation_id -> Uuid,
        starts_on -> Date,
        period -> Text,
        late_days -> Int4,
        due_days -> Int4,
        created_by -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    timesheets (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        period_from -> Date,
        period_to -> Date,
        state -> Text,
        revision -> Int4,
        reason -> Nullable<Text>,
        moved_at -> Timestamptz,
        moved_by -> Uuid,
        delegation_id -> Nullable<Uuid>,
        submitted_at -> Timestamptz,
        submitted_minutes -> Int4,
        submitted_duties -> Int4,
        submitted_lines -> Jsonb,
        approved_minutes -> Nullable<Int4>,
        approved_duties -> Nullable<Int4>,
    }
}

diesel::table! {
    totp_secrets (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        sealed -> Nullable<Bytea>,
        pending -> Nullable<Bytea>,
        pending_at -> Nullable<Timestamptz>,
        confirmed_at -> Nullable<Timestamptz>,
        last_step -> Int8,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    trim_cases (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        offer_id -> Uuid,
        person_id -> Uuid,
        origin -> Text,
        criterion -> Nullable<Text>,
        event_at -> Timestamptz,
        accepted_at -> Timestamptz,
        practitioner_id -> Nullable<Uuid>,
        claimed_at -> Nullable<Timestamptz>,
        ended_at -> Nullable<Timestamptz>,
        ending -> Nullable<Text>,
        reminded_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    trim_criteria (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        duty_kind_id -> Uuid,
        criterion -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    trim_meetings (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        case_id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        held_at -> Timestamptz,
        outcome -> Text,
        referral -> Nullable<Text>,
        recorded_by -> Uuid,
        recorded_at -> Timestamptz,
    }
}

diesel::table! {
    trim_offers (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        duty_id -> Nullable<Uuid>,
        event_at -> Timestamptz,
        origin -> Text,
        criterion -> Nullable<Text>,
        offered_by -> Nullable<Uuid>,
        offered_at -> Timestamptz,
        answer -> Nullable<Text>,
        answered_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    trim_scores (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        meeting_id -> Uuid,
        person_id -> Uuid,
        reader_id -> Uuid,
        sealed -> Bytea,
    }
}

diesel::table! {
    units (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        parent_id -> Nullable<Uuid>,
        kind -> Text,
        name -> Text,
        code -> Nullable<Text>,
        created_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    vacancies (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        unit_id -> Uuid,
        title -> Text,
        about -> Text,
        closes_on -> Date,
        state -> Text,
        questions -> Jsonb,
        stages -> Jsonb,
        criteria -> Jsonb,
        keep_months -> Int2,
        created_by -> Uuid,
        created_at -> Timestamptz,
        revision -> Int4,
    }
}

diesel::table! {
    vault_keys (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        public_key -> Bytea,
        proof -> Bytea,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    vault_receipts (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        sealed -> Bytea,
    }
}

diesel::table! {
    vault_wraps (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        kind -> Text,
        salt -> Bytea,
        params -> Jsonb,
        sealed -> Bytea,
        created_at -> Timestamptz,
        passkey_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    wellbeing_choices (organisation_id, person_id) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        keep_months -> Nullable<Int2>,
    }
}

diesel::table! {
    wellbeing_records (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        person_id -> Uuid,
        mark -> Uuid,
        sealed -> Bytea,
        delete_on -> Nullable<Date>,
    }
}

diesel::table! {
    wellbeing_shares (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Uuid,
        record_id -> Uuid,
        person_id -> Uuid,
        recipient_id -> Uuid,
        sealed -> Bytea,
        shared_at -> Timestamptz,
        opened_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    wellbeing_support (organisation_id) {
        organisation_id -> Uuid,
        body -> Text,
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    working_terms (organisation_id, person_id, from_on) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        from_on -> Date,
        unit_id -> Uuid,
        group_id -> Uuid,
        employed_on -> Date,
        young_until -> Nullable<Date>,
        set_by -> Uuid,
        set_at -> Timestamptz,
    }
}

diesel::table! {
    working_time_changes (organisation_id, id) {
        organisation_id -> Uuid,
        id -> Int8,
        person_id -> Uuid,
    }
}

diesel::table! {
    working_time_figures (organisation_id, person_id, day) {
        organisation_id -> Uuid,
        person_id -> Uuid,
        day -> Date,
        unit_id -> Uuid,
        first_on -> Date,
        last_on -> Date,
        a_seconds -> Int8,
        b_seconds -> Int8,
        c_days -> Int4,
        average_hundredths -> Int4,
        headroom_seconds -> Int8,
        standing -> Text,
        shortest_rest_seconds -> Nullable<Int4>,
        owed_rest_seconds -> Int8,
        due_on -> Nullable<Date>,
        longest_stretch_seconds -> Nullable<Int4>,
        rule_version -> Text,
        more -> Nullable<Jsonb>,
    }
}

diesel::table! {
    working_time_marks (organisation_id, duty_id) {
        organisation_id -> Uuid,
        duty_id -> Uuid,
        person_id -> Uuid,
        unit_id -> Uuid,
        said -> Text,
        marked_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    absences,
    accounts,
    api_token_scopes,
    api_token_uses,
    api_tokens,
    application_events,
    application_files,
    application_letters,
    application_scores,
    application_templates,
    applications,
    approval_delegations,
    audit_checkpoints,
    audit_entries,
    audit_marks,
    built_in_role_permissions,
    calendar_feeds,
    certificate_notices,
    certificates,
    claims,
    competence_exceptions,
    competence_kinds,
    competence_needs,
    contract_groups,
    cover_needs,
    cpd_entries,
    cpd_evidence,
    cpd_evidence_content,
    cpd_profile_entries,
    cpd_profiles,
    cpd_requests,
    crew_assignments,
    detail_changes,
    duties,
    duty_corrections,
    duty_kind_sources,
    duty_kinds,
    duty_pattern_slots,
    duty_patterns,
    duty_private_notes,
    duty_requests,
    duty_revisions,
    duty_shared_notes,
    emergency_contacts,
    exposure_health,
    exposure_rules,
    exposure_versions,
    exposures,
    factor_resets,
    grant_requests,
    hr_contracts,
    hr_fitness,
    hr_kin,
    hr_payroll,
    imports,
    jobs,
    known_devices,
    mail_outbox,
    network_rules,
    notice_choices,
    notice_digests,
    notice_times,
    notices,
    oncall_contracts,
    oncall_unavailable,
    opt_outs,
    organisations,
    other_employments,
    passkey_ceremonies,
    passkeys,
    password_links,
    payroll_runs,
    people,
    permission_scopes,
    permissions,
    person_addresses,
    planned_moves,
    plugin_documents,
    plugin_runs,
    plugins,
    rate_limit_refusals,
    rate_limits,
    recovery_codes,
    role_grants,
    role_permissions,
    role_sign_in_rules,
    roles,
    rota_assignments,
    rota_confirmations,
    scim_groups,
    scim_members,
    scim_tokens,
    scim_users,
    sessions,
    setup_links,
    sign_in_directory,
    sign_in_doors,
    sign_in_methods,
    sign_in_rules,
    sign_in_steps,
    sign_in_throttle,
    signal_choices,
    signal_comparisons,
    signal_raisings,
    signal_rules,
    signal_tellings,
    sso_links,
    sso_logouts,
    sso_permits,
    sso_providers,
    sso_rules,
    sso_sessions,
    timesheet_events,
    timesheet_rules,
    timesheets,
    totp_secrets,
    trim_cases,
    trim_criteria,
    trim_meetings,
    trim_offers,
    trim_scores,
    units,
    vacancies,
    vault_keys,
    vault_receipts,
    vault_wraps,
    wellbeing_choices,
    wellbeing_records,
    wellbeing_shares,
    wellbeing_support,
    working_terms,
    working_time_changes,
    working_time_figures,
    working_time_marks,
);
