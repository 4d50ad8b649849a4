/* SPDX-License-Identifier: Apache-2.0 */
/* Class tables: made from lists, or read from TSV text. In a file several rows (ids) may share one
 * trainId; a class is a trainId, and its first row gives name, id and colour. Rows whose trainId is
 * 255 or -1 are labels that are ignored. */
#include "datasets/class_table.h"

#include <volo/impl/config.h>
#include <volo/impl/dataset_class.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/read_file.h"
#include "base/text_lines.h"
#include "datasets/colour_map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define IGNORE 255 /* as id and as trainId */

struct VoloClassTable {
    VoloArena arena; /* owns the names and rows */
    const char *name;
    VoloClassRow *rows, *last, **end; /* in the order of the file; where the next is hung */
    size_t count;
    VoloClass class[VOLO_MAX_CLASSES];
};

typedef enum Column {
    COLUMN_NAME,
    COLUMN_ID,
    COLUMN_TRAIN_ID,
    COLUMN_R,
    COLUMN_G,
    COLUMN_B,
    COLUMN_CATEGORY, /* from here on a table may lack it */
    COLUMN_INSTANCES,
    COLUMN_SIZE,
    COLUMNS,
} Column;

static const char *const column_name[COLUMNS] = { "name",       "id", "trainId",  "R",
                                                  "G",          "B",  "category", "hasInstances",
                                                  "averageSize" };

typedef struct Reader {
    VoloClassTable *table;
    const char *file;
    size_t line;            /* of the file, from 1 */
    size_t width;           /* columns of the header; 0: not seen yet */
    size_t column[COLUMNS]; /* where in a row each column stands */
    struct {
        size_t line; /* of its first row; 0: none */
        int train_id;
    } id[IGNORE + 1];
    VoloError *err;
} Reader;

typedef VoloClassRow Row;

VOLO_PRINTF(2, 3)
static VoloStatus bad_line(const Reader *r, const char *format, ...)
{
    char reason[sizeof r->err->message];
    va_list args;

    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return volo_fail(r->err, VOLO_ERR_FORMAT, "'%s' line %zu: %s", r->file, r->line, reason);
}

/* A name is fit to be printed when the maker of messages leaves it as it is. */
bool volo_class_name_is_valid(const char *name)
{
    VoloError message;

    volo_fail(&message, VOLO_OK, "%s", name);
    return *name && strcmp(message.message, name) == 0;
}

/* A header cell may be followed by a remark: "B   source: ...". */
static bool is_column(const char *cell, const char *name)
{
    const size_t length = strlen(name);

    return strncmp(cell, name, length) == 0 && (cell[length] == '\0' || cell[length] == ' ');
}

/* Notes where the columns stand; *ret_missing is the first needed one that is absent, or COLUMNS.
 */
static VoloStatus read_header(Reader *r, char *line, Column *ret_missing)
{
    bool found[COLUMNS] = { false };
    size_t width = 0;

    for (char *cell; (cell = strsep(&line, "\t")); width++) {
        for (Column c = 0; c < COLUMNS; c++) {
            if (!is_column(cell, column_name[c]))
                continue;
            if (found[c])
                return bad_line(r, "the header has two columns '%s'", column_name[c]);
            found[c] = true;
            r->column[c] = width;
        }
    }
    Column missing = 0;
    while (missing < COLUMN_CATEGORY && found[missing])
        missing++;
    *ret_missing = missing < COLUMN_CATEGORY ? missing : COLUMNS;
    if (*ret_missing == COLUMNS)
        r->width = width;
    for (Column c = COLUMN_CATEGORY; c < COLUMNS; c++) {
        if (!found[c])
            r->column[c] = SIZE_MAX;
    }
    return VOLO_OK;
}

/* A comment counts as the header when it names all columns. */
static VoloStatus read_first_line(Reader *r, char *line)
{
    const bool comment = *line == '#';
    Column missing = COLUMNS;

    VOLO_TRY(read_header(r, comment ? line + 1 + strspn(line + 1, " ") : line, &missing));
    if (missing < COLUMNS && !comment)
        return bad_line(r, "the header has no column '%s', expected name id trainId R G B",
                        column_name[missing]);
    return VOLO_OK;
}

static VoloStatus read_number(const Reader *r, Column column, const char *cell, int min, int max,
                              int *ret_number)
{
    const char *digits = cell + (*cell == '-');
    const size_t length = strlen(digits);
    const bool number = length > 0 && length <= 4 && strspn(digits, "0123456789") == length;
    const long value = number ? strtol(cell, NULL, 10) : 0;

    if (!number || value < min || value > max)
        return bad_line(r, "%s is '%s', expected a number %d..%d", column_name[column], cell, min,
                        max);
    *ret_number = (int)value;
    return VOLO_OK;
}

/* Splits a row in place. */
static VoloStatus read_cells(const Reader *r, char *line, const char *ret_cell[COLUMNS])
{
    size_t width = 0;

    for (char *cell; (cell = strsep(&line, "\t")); width++) {
        for (Column c = 0; c < COLUMNS; c++) {
            if (r->column[c] == width)
                ret_cell[c] = cell;
        }
    }
    if (width != r->width)
        return bad_line(r, "%zu columns, expected %zu as in the header", width, r->width);
    return VOLO_OK;
}

/* "3462.4756337644": at most 15 digits, so that one exactly rounded division makes the number. */
static VoloStatus read_size(const Reader *r, const char *cell, double *ret_size)
{
    const size_t whole = strspn(cell, "0123456789");
    const size_t part = cell[whole] == '.' ? strspn(cell + whole + 1, "0123456789") : 0;
    uint64_t digits = 0, scale = 1;

    if (whole + part < 1 || whole + part > 15 || cell[whole + part + (cell[whole] == '.')])
        return bad_line(r, "averageSize is '%.40s', expected a number of at most 15 digits", cell);
    for (const char *c = cell; *c; c++) {
        if (*c != '.')
            digits = digits * 10 + (uint64_t)(*c - '0');
    }
    for (size_t i = 0; i < part; i++)
        scale *= 10;
    *ret_size = (double)digits / (double)scale;
    return VOLO_OK;
}

/* The columns that need not be there. */
static VoloStatus read_further(const Reader *r, const char *const cell[COLUMNS], Row *row)
{
    const char *instances = cell[COLUMN_INSTANCES], *category = cell[COLUMN_CATEGORY];

    row->category = category && *category ? category : NULL;
    if (row->category && !volo_class_name_is_valid(row->category))
        return bad_line(r, "category '%.40s' is too long or not printable", row->category);
    row->has_instances = instances && strcmp(instances, "True") == 0;
    if (instances && !row->has_instances && strcmp(instances, "False") != 0)
        return bad_line(r, "hasInstances is '%.40s', expected True or False", instances);
    row->average_size = 0;
    return cell[COLUMN_SIZE] ? read_size(r, cell[COLUMN_SIZE], &row->average_size) : VOLO_OK;
}

static VoloStatus read_row(const Reader *r, char *line, Row *ret_row)
{
    const char *cell[COLUMNS] = { NULL };
    Row row = { 0 };

    VOLO_TRY(read_cells(r, line, cell));
    VOLO_TRY(read_further(r, cell, &row));
    row.name = cell[COLUMN_NAME];
    if (!volo_class_name_is_valid(row.name))
        return bad_line(r, "name '%.40s' is empty, too long or not printable", row.name);
    VOLO_TRY(read_number(r, COLUMN_TRAIN_ID, cell[COLUMN_TRAIN_ID], -1, IGNORE, &row.train_id));
    const bool ignored = row.train_id < 0 || row.train_id == IGNORE;
    VOLO_TRY(read_number(r, COLUMN_ID, cell[COLUMN_ID], ignored ? -1 : 0, 255, &row.id));
    for (Column i = 0; i < 3; i++) {
        int value = 0;

        VOLO_TRY(read_number(r, COLUMN_R + i, cell[COLUMN_R + i], 0, 255, &value));
        row.colour[i] = (uint8_t)value;
    }
    *ret_row = row;
    return VOLO_OK;
}

/* One id in two classes would make label pictures ambiguous. */
static VoloStatus claim_id(Reader *r, const Row *row)
{
    if (row->id < 0)
        return VOLO_OK;
    if (r->id[row->id].line == 0) {
        r->id[row->id].line = r->line;
        r->id[row->id].train_id = row->train_id;
    }
    if (r->id[row->id].train_id != row->train_id)
        return bad_line(r, "id %d has trainId %d, but %d on line %zu", row->id, row->train_id,
                        r->id[row->id].train_id, r->id[row->id].line);
    return VOLO_OK;
}

/* A copy of row becomes the table's last. */
static VoloStatus hang_row(VoloClassTable *table, const Row *row, VoloError *err)
{
    Row *copy = volo_arena_take(&table->arena, sizeof *copy);
    char *name = volo_arena_strdup(&table->arena, row->name);
    char *category = row->category ? volo_arena_strdup(&table->arena, row->category) : NULL;

    if (!copy || !name || (row->category && !category))
        return volo_fail_memory(err, sizeof *copy + strlen(row->name) + 1);
    *copy = *row;
    copy->name = name;
    copy->category = category;
    copy->next = NULL;
    *table->end = copy;
    table->end = &copy->next;
    table->last = copy;
    return VOLO_OK;
}

static void set_class(VoloClass *class, const Row *row)
{
    class->name = row->name;
    class->id = row->id;
    memcpy(class->colour, row->colour, sizeof class->colour);
}

static VoloStatus add_row(Reader *r, const Row *row)
{
    VoloClassTable *table = r->table;

    VOLO_TRY(claim_id(r, row));
    VOLO_TRY(hang_row(table, row, r->err));
    if (row->train_id < 0 || row->train_id == IGNORE)
        return VOLO_OK;
    VoloClass *class = &table->class[row->train_id];
    if (class->name)
        return VOLO_OK;
    set_class(class, table->last);
    if (table->count <= (size_t)row->train_id)
        table->count = (size_t)row->train_id + 1;
    return VOLO_OK;
}

static VoloStatus read_line(char *line, size_t number, void *user)
{
    Reader *r = user;
    Row row = { 0 };

    r->line = number;
    if (*line == '\0')
        return VOLO_OK;
    if (r->width == 0)
        return read_first_line(r, line);
    if (*line == '#')
        return VOLO_OK;
    VOLO_TRY(read_row(r, line, &row));
    return add_row(r, &row);
}

static VoloStatus check_complete(const Reader *r)
{
    const VoloClassTable *table = r->table;

    if (r->width == 0)
        return volo_fail(r->err, VOLO_ERR_FORMAT,
                         "'%s': no header line, expected the columns name id trainId R G B",
                         r->file);
    if (table->count == 0)
        return volo_fail(r->err, VOLO_ERR_FORMAT,
                         "'%s': no classes, expected rows with trainId 0, 1, 2 ...", r->file);
    for (size_t i = 0; i < table->count; i++) {
        if (!table->class[i].name)
            return volo_fail(r->err, VOLO_ERR_FORMAT,
                             "'%s': no row has trainId %zu, expected all of 0..%zu", r->file, i,
                             table->count - 1);
    }
    return VOLO_OK;
}

static VoloStatus read_text(Reader *r, const char *text, size_t bytes)
{
    VOLO_TRY(volo_text_each_line(r->file, text, bytes, read_line, r, r->err));
    return check_complete(r);
}

/* An empty table of that name. */
static VoloStatus new_table(const char *name, VoloClassTable **ret_table, VoloError *err)
{
    VoloClassTable *table = calloc(1, sizeof *table);

    if (!table)
        return volo_fail_memory(err, sizeof *table);
    table->end = &table->rows;
    table->name = volo_arena_strdup(&table->arena, name);
    if (!table->name) {
        volo_class_table_free(table);
        return volo_fail_memory(err, strlen(name) + 1);
    }
    *ret_table = table;
    return VOLO_OK;
}

VoloStatus volo_class_table_parse(const char *name, const char *file, const char *text,
                                  size_t bytes, VoloClassTable **ret_table, VoloError *err)
{
    Reader r = { .file = file, .err = err };

    VOLO_TRY(new_table(name, &r.table, err));
    const VoloStatus status = read_text(&r, text, bytes);
    if (status) {
        volo_class_table_free(r.table);
        return status;
    }
    *ret_table = r.table;
    return VOLO_OK;
}

/* The table is called as its file, without folder and ending. */
static VoloStatus open_file(const char *path, VoloClassTable **ret_table, VoloError *err)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    struct stat st;
    char *text = NULL;
    size_t bytes = 0;

    if (stat(path, &st) && (errno == ENOENT || errno == ENOTDIR))
        return volo_fail(err, VOLO_ERR_MISSING, "'%s': neither a built-in data set nor a file",
                         path);
    VOLO_TRY(volo_file_read(path, VOLO_LIMIT_CONFIG_BYTES, &text, &bytes, err));
    char *name = dot && dot > base ? strndup(base, (size_t)(dot - base)) : strdup(base);
    const VoloStatus status = name ? volo_class_table_parse(name, path, text, bytes, ret_table, err)
                                   : volo_fail_memory(err, strlen(base) + 1);
    free(name);
    free(text);
    return status;
}

VoloStatus volo_class_table_open(const char *name_or_path, VoloClassTable **ret_table,
                                 VoloError *err)
{
    const VoloDatasetClass *dataset = volo_dataset_find(name_or_path);

    if (!dataset)
        return open_file(name_or_path, ret_table, err);
    return volo_class_table_parse(dataset->name, dataset->name, dataset->table,
                                  strlen(dataset->table), ret_table, err);
}

VoloStatus volo_class_table_new(const char *name, size_t count, const char *const *names,
                                const int *ids, const uint8_t (*colours)[3],
                                VoloClassTable **ret_table, VoloError *err)
{
    VoloClassTable *table = NULL;

    if (count < 1 || count > VOLO_MAX_CLASSES)
        return volo_fail(err, VOLO_ERR_ARGUMENT, "%zu classes, expected 1..%d", count,
                         VOLO_MAX_CLASSES);
    VOLO_TRY(new_table(name, &table, err));
    VoloStatus status = VOLO_OK;
    for (size_t i = 0; i < count && !status; i++) {
        Row row = { .name = names[i], .id = ids ? ids[i] : (int)i, .train_id = (int)i };

        volo_colour_of_index(i, row.colour);
        if (colours)
            memcpy(row.colour, colours[i], sizeof row.colour);
        if (!volo_class_name_is_valid(row.name))
            status = volo_fail(err, VOLO_ERR_ARGUMENT,
                               "class %zu: name '%.40s' is empty, too long or not printable", i,
                               row.name);
        else
            status = hang_row(table, &row, err);
        if (!status)
            set_class(&table->class[i], table -> last);
    }
    if (status) {
        volo_class_table_free(table);
        return status;
    }
    table->count = count;
    *ret_table = table;
    return VOLO_OK;
}

void volo_class_table_free(VoloClassTable *table)
{
    if (!table)
        return;
    volo_arena_clear(&table->arena);
    free(table);
}

const char *volo_class_table_name(const VoloClassTable *table)
{
    return table->name;
}

size_t volo_class_table_count(const VoloClassTable *table)
{
    return table->count;
}

const VoloClass *volo_class_table_get(const VoloClassTable *table, size_t train_id)
{
    return train_id < table->count ? &table->class[train_id] : NULL;
}

const VoloClassRow *volo_class_table_rows(const VoloClassTable *table)
{
    return table->rows;
}
