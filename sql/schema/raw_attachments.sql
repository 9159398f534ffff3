-- raw_attachments: the files that came with messages: name, size and hash, never the content.
-- why: a photo of a box insert is evidence; its hash ties a copy elsewhere to the message.
-- columns:
--   source_no, source_locator  the row of the file that it came with
--   bytes, sha256              of the decoded content; null and empty where an export only names the file
create or replace table raw_attachments (
    source_no integer not null,
    source_locator varchar not null,
    name varchar not null,
    media_type varchar not null,
    bytes bigint,
    sha256 varchar not null
)
