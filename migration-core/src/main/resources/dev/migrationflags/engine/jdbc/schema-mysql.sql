-- Tables of Migration Flags for MariaDB 10.6 and MySQL 8.0, or later. Keys are bytes: no case folding, no padding. Times are milliseconds since 1970, by the clock of this database.

create table if not exists migration_flag (
    flag varchar(200) character set ascii collate ascii_bin not null primary key,
    stage varchar(20) not null,
    epoch bigint not null,
    authority_epoch bigint not null,
    hold_id bigint,
    hold_effect bigint,
    hold_until bigint
) engine = InnoDB default character set utf8mb4;

create table if not exists migration_change (
    flag varchar(200) character set ascii collate ascii_bin not null,
    epoch bigint not null,
    from_stage varchar(20) not null,
    to_stage varchar(20) not null,
    reason varchar(2000) not null,
    actor varchar(200) not null,
    forced boolean not null,
    voided bigint not null default 0,
    changed_at bigint not null,
    primary key (flag, epoch)
) engine = InnoDB default character set utf8mb4;

create table if not exists migration_node (
    node varchar(100) not null,
    flag varchar(200) character set ascii collate ascii_bin not null,
    epoch bigint not null,
    hold_id bigint,
    seen_at bigint not null,
    primary key (node, flag)
) engine = InnoDB default character set utf8mb4;

create table if not exists migration_mark (
    flag varchar(200) character set ascii collate ascii_bin not null,
    mark_key varbinary(800) not null,
    id bigint not null,
    born bigint not null,
    since bigint not null,
    attempts int not null default 0,
    retry_at bigint not null default 0,
    parked boolean not null default false,
    primary key (flag, mark_key)
) engine = InnoDB default character set utf8mb4;

create table if not exists migration_writer (
    flag varchar(200) character set ascii collate ascii_bin not null,
    mark_key varbinary(800) not null,
    id bigint not null,
    deadline bigint not null,
    primary key (flag, mark_key, id)
) engine = InnoDB default character set utf8mb4;

create table if not exists migration_provisional (
    id bigint not null primary key,
    flag varchar(200) character set ascii collate ascii_bin not null,
    since bigint not null,
    deadline bigint not null
) engine = InnoDB default character set utf8mb4;

create table if not exists migration_sync (
    flag varchar(200) character set ascii collate ascii_bin not null primary key,
    kind varchar(20) not null,
    state varchar(20) not null,
    epoch bigint not null,
    last_key varbinary(800),
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
) engine = InnoDB default character set utf8mb4;

create table if not exists migration_counter (
    name varchar(20) not null primary key,
    next_value bigint not null
) engine = InnoDB default character set utf8mb4;

insert into migration_counter (name, next_value)
select 'id', 1 from dual where not exists (select 1 from migration_counter where name = 'id');
