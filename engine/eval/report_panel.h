/* SPDX-License-Identifier: Apache-2.0 */
/* A picture of the evaluation as four small ones: image, truth, prediction, errors. */
#ifndef VOLO_EVAL_REPORT_PANEL_H
#define VOLO_EVAL_REPORT_PANEL_H

#include <volo/eval_report.h>

enum {
    VOLO_PANEL_SIDE = 320, /* pixels: the most that a small picture is wide or high */
    VOLO_PANEL_VIEWS = 4,
};

typedef struct VoloPanelView {
    const char *title; /* "truth" */
    size_t height, width;
    uint8_t *rgb; /* u8 [height,width,3]; NULL: there is none */
} VoloPanelView;

typedef struct VoloPanel {
    VoloPanelView views[VOLO_PANEL_VIEWS];
} VoloPanel;

extern const uint8_t volo_panel_right[3], volo_panel_wrong[3], volo_panel_ignored[3];

/* On success *ret_panel is to be cleared. Errors: MEMORY. */
VOLO_NODISCARD VoloStatus volo_panel_init(const VoloReportPicture *picture,
                                          const VoloLabelSpace *space, VoloPanel *ret_panel,
                                          VoloError *err);
void volo_panel_clear(VoloPanel *panel);

/* The view as PNG, the caller's to free(). Errors: MEMORY. */
VOLO_NODISCARD VoloStatus volo_panel_png(const VoloPanelView *view, uint8_t **ret_data,
                                         size_t *ret_bytes, VoloError *err);

#endif
