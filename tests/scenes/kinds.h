/* SPDX-License-Identifier: Apache-2.0 */
/* What a surface is: one row for each kind of thing, with its Cityscapes ids. */
#ifndef VOLO_TESTS_SCENES_KINDS_H
#define VOLO_TESTS_SCENES_KINDS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum Kind {
    KIND_UNLABELED,
    KIND_EGO_VEHICLE,
    KIND_STATIC,
    KIND_DYNAMIC,
    KIND_ROAD,
    KIND_SIDEWALK,
    KIND_RAIL_TRACK,
    KIND_BUILDING,
    KIND_WALL,
    KIND_FENCE,
    KIND_POLE,
    KIND_TRAFFIC_LIGHT,
    KIND_TRAFFIC_SIGN,
    KIND_VEGETATION,
    KIND_TERRAIN,
    KIND_SKY,
    KIND_PERSON,
    KIND_RIDER,
    KIND_CAR,
    KIND_TRUCK,
    KIND_BUS,
    KIND_TRAIN,
    KIND_MOTORCYCLE,
    KIND_BICYCLE,
    KIND_COUNT,
} Kind;

typedef struct KindInfo {
    const char *name;
    uint8_t label_id, train_id; /* train_id 255: not evaluated */
    bool has_instances;
} KindInfo;

extern const KindInfo kinds[KIND_COUNT];

/* The trainId of a labelId; 255 for ids that no kind has. */
uint8_t kinds_train_id(uint8_t label_id);

#endif
