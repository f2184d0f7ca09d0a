-- Tables of Migration Flags for H2. Times are milliseconds since 1970, by the clock of this database.

create table if not exists migration_flag (
    flag varchar(200) not null primary key,
    stage varchar(20) not null,
    epoch bigint not null,
    authority_epoch bigint not null,
    hold_id bigint,
    hold_effect bigint,
    hold_until bigint
);

create table if not exists migration_change (
    flag varchar(200) not null,
    epoch bigint not null,
    from_stage varchar(20) not null,
    to_stage varchar(20) not null,
    reason varchar(2000) not null,
    actor varchar(200) not null,
    forced boolean not null,
    voided bigint not null default 0,
    changed_at bigint not null,
    primary key (flag, epoch)
);

create table if not exists migration_node (
    node varchar(100) not null,
    flag varchar(200) not null,
    epoch bigint not null,
    hold_id bigint,
    seen_at bigint not null,
    primary key (node, flag)
);

create table if not exists migration_mark (
    flag varchar(200) not null,
    mark_key varchar(200) not null,
    id bigint not null,
    born bigint not null,
    since bigint not null,
    attempts int not null default 0,
    retry_at bigint not null default 0,
    parked boolean not null default false,
    primary key (flag, mark_key)
);

create table if not exists migration_writer (
    flag varchar(200) not null,
    mark_key varchar(200) not null,
    id bigint not null,
    deadline bigint not null,
    primary key (flag, mark_key, id)
);

create table if not exists migration_provisional (
    id bigint not null primary key,
    flag varchar(200) not null,
    since bigint not null,
    deadline bigint not null
);

create table if not exists migration_sync (
    flag varchar(200) not null primary key,
    kind varchar(20) not null,
    state varchar(20) not null,
    epoch bigint not null,
    last_key varchar(200),
    orphans boolean not null default false,
    done bigint not null default 0,
    total bigint,
    differences bigint not null default 0,
    unsettled bigint not null default 0,
    rate double precision not null default 0,
    owner varchar(100),
    lease_until bigint,
    started_at bigint not null,
    updated_at bigint not null
);

create table if not exists migration_counter (
    name varchar(20) not null primary key,
    next_value bigint not null
);

insert into migration_counter (name, next_value)
select 'id', 1 where not exists (select 1 from migration_counter where name = 'id');
