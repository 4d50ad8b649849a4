/* SPDX-License-Identifier: Apache-2.0 */
/* Where data sets put the labels of a picture: rules of naming, a row each. Only looked for,
 * nothing is read. */
#include "app/viewer/truth.h"

#include <string.h>
#include <unistd.h>

/* A folder's name on the way to the picture, what stands there in the path of the labels ('%' is
 * the name itself), the end of the picture's name, and what takes its place. */
typedef struct TruthRule {
    const char *dataset;
    const char *folder, *label_folder; /* folder "*": the one the picture lies in */
    const char *ending;                /* in front of the picture's own (".png") */
    const char *label_ending;
    const char *start; /* of the picture's name, or NULL */
} TruthRule;

static const TruthRule rules[] = {
    { "cityscapes", "leftImg8bit", "gtFine", "_leftImg8bit", "_gtFine_labelIds.png", NULL },
    { "cityscapes", "leftImg8bit", "gtFine", "_leftImg8bit", "_gtFine_labelTrainIds.png", NULL },
    { "cityscapes", "leftImg8bit", "gtFine", "_leftImg8bit", "_gtFine_polygons.json", NULL },
    { "cityscapes", "*", "%", "_leftImg8bit", "_gtFine_labelIds.png", NULL },
    { "cityscapes", "*", "%", "_leftImg8bit", "_gtFine_labelTrainIds.png", NULL },
    { "cityscapes", "*", "%", "_leftImg8bit", "_gtFine_polygons.json", NULL },
    { "iddlite", "leftImg8bit", "gtFine", "_image", "_label.png", NULL },
    { "ade20k", "images", "annotations", "", ".png", "ADE_" },
    { "kitti", "image_2", "semantic", "", ".png", NULL },
    { "bdd100k", "images/10k", "labels/sem_seg/masks", "", ".png", NULL },
    { "bdd100k", "images/10k", "labels/sem_seg/masks", "", "_train_id.png", NULL },
    { "bdd100k", "images", "labels", "", "_train_id.png", NULL },
    { "camvid", "*", "%annot", "", ".png", NULL },
};

/* Folders of labels that no data set of the above has to itself. */
static const char *const siblings[] = { "labels",      "masks",    "annotations", "gt",
                                        "groundtruth", "semantic", "label",       "mask" };

/* "path" with the folder in it replaced, cut into what stands before and behind: the last place
 * where folder is a whole name, or several. FALSE: it is not there. path ends without '/'. */
static gboolean find_folder(const char *path, const char *folder, size_t *ret_start,
                            size_t *ret_end)
{
    const size_t length = strlen(folder), whole = strlen(path);

    if (strcmp(folder, "*") == 0) {
        const char *const slash = strrchr(path, '/');

        *ret_start = slash ? (size_t)(slash - path) + 1 : 0;
        *ret_end = whole;
        return *ret_end > *ret_start;
    }
    for (size_t at = whole + 1; at-- > 0;) {
        if (at + length > whole || (at > 0 && path[at - 1] != '/') ||
            (path[at + length] != '/' && path[at + length] != '\0'))
            continue;
        if (memcmp(path + at, folder, length) == 0) {
            *ret_start = at;
            *ret_end = at + length;
            return TRUE;
        }
    }
    return FALSE;
}

/* The picture's name without its ending and the rule's; NULL: it is not named so. */
static char *stem_of(const char *name, const TruthRule *rule)
{
    const char *const dot = strrchr(name, '.');
    const size_t length = dot ? (size_t)(dot - name) : strlen(name), cut = strlen(rule->ending);

    if (length <= cut || memcmp(name + length - cut, rule->ending, cut) != 0 ||
        (rule->start && !g_str_has_prefix(name, rule->start)))
        return NULL;
    return g_strndup(name, length - cut);
}

static char *existing(char *path, const char *picture)
{
    if (strcmp(path, picture) != 0 && access(path, R_OK) == 0)
        return path;
    g_free(path);
    return NULL;
}

static char *apply(const TruthRule *rule, const char *picture, const char *folder, const char *name)
{
    size_t start, end;

    if (!find_folder(folder, rule->folder, &start, &end))
        return NULL;
    char *const stem = stem_of(name, rule);
    if (!stem)
        return NULL;
    char *const here = g_strndup(folder + start, end - start);
    char **const parts = g_strsplit(rule->label_folder, "%", 2);
    char *const there = g_strjoinv(here, parts);
    char *const path = g_strdup_printf("%.*s%s%s/%s%s", (int)start, folder, there, folder + end,
                                       stem, rule->label_ending);
    g_strfreev(parts);
    g_free(there);
    g_free(here);
    g_free(stem);
    return existing(path, picture);
}

/* The same stem in a folder of labels: in the place of a folder of images on the way, or beside the
 * picture's own. */
static char *find_sibling(const char *picture, const char *folder, const char *name)
{
    static const char *const images[] = { "images", "image", "img", "imgs", "*" };

    for (size_t i = 0; i < G_N_ELEMENTS(images); i++) {
        for (size_t k = 0; k < G_N_ELEMENTS(siblings); k++) {
            const TruthRule rule = { NULL, images[i], siblings[k], "", ".png", NULL };
            char *const path = apply(&rule, picture, folder, name);

            if (path)
                return path;
        }
    }
    return NULL;
}

/* The name of a BDD100K picture: 00a360bd-27ccb1dd. */
static gboolean is_bdd(const char *name)
{
    for (size_t i = 0; i < 17; i++) {
        if (i == 8 ? name[i] != '-' : !g_ascii_isxdigit(name[i]))
            return FALSE;
    }
    return name[17] == '.';
}

char *volo_truth_find(const char *picture_path, const char **ret_dataset)
{
    char *const folder = g_path_get_dirname(picture_path);
    char *const name = g_path_get_basename(picture_path);
    char *found = NULL;

    *ret_dataset = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(rules) && !found; i++) {
        found = apply(&rules[i], picture_path, folder, name);
        if (found)
            *ret_dataset = rules[i].dataset;
    }
    if (!found) {
        found = find_sibling(picture_path, folder, name);
        if (found && is_bdd(name))
            *ret_dataset = "bdd100k";
    }
    g_free(name);
    g_free(folder);
    return found;
}
