/* SPDX-License-Identifier: Apache-2.0 */
/* A surface says what faces are made of: the label they get and the function that colours a sample.
 *
 * Shaders work in the surface's own coordinates (metres, as the builder of the faces chose them)
 * and return the material; lighting and haze are the same for all and happen in light.c. */
#ifndef VOLO_TESTS_SCENES_SURFACE_H
#define VOLO_TESTS_SCENES_SURFACE_H

#include "kinds.h"
#include "vec3.h"

/* Passes are painted in this order. */
typedef enum Pass {
    PASS_SOLID,  /* things, near to far */
    PASS_GROUND, /* the ground, near to far, where no thing hides it */
    PASS_VEIL,   /* things one looks through (railings, spokes), far to near, after the sky */
} Pass;

/* Boards that are painted as seen from the camera, whatever the direction; they are quads. */
typedef enum Facing {
    FACING_NOWHERE, /* not such a board */
    FACING_UPRIGHT, /* what stands: persons, two-wheelers */
    FACING_ALL,     /* what is round: balls of leaves */
} Facing;

typedef enum Cover {
    COVER_NONE,  /* nothing is here: what lies behind stays, with its label */
    COVER_VEIL,  /* part of the thing, so it has its label, but the colour is what lies behind */
    COVER_SOLID, /* colour and label of the thing */
} Cover;

typedef struct Fragment {
    Vec3 local;      /* in the surface's coordinates */
    Vec3 normal;     /* unit, in the world */
    Vec3 view;       /* unit, from the eye, in the world */
    float depth;     /* metres ahead of the eye */
    float footprint; /* metres that a sample covers there */
} Fragment;

/* What a shader fills in; it starts as the surface's colour, without glow or mirror. */
typedef struct Material {
    Vec3 albedo;
    Vec3 glow;    /* light of its own */
    float mirror; /* share of the sky's reflection: paint, glass */
    float sun;    /* share of the sun that arrives */
    float sky;    /* share of the sky's light that arrives */
} Material;

typedef struct Surface Surface;
typedef Cover (*ShadeFn)(const Surface *surface, const Fragment *at, Material *ret_material);

struct Surface {
    ShadeFn shade; /* NULL: plain colour */
    Pass pass;
    Kind kind;
    uint16_t instance; /* the value in instanceIds */
    uint32_t seed;
    Facing facing;
    bool is_cut_out; /* the shader leaves holes, through which light falls */
    float thick;     /* metres of it that do not shade itself */
    float sun;       /* share of the sun that it takes: 1 but for what is always in shade */
    Vec3 colour, accent;
    const void *look;   /* what the shader has to know beyond this: its own type; borrowed */
    float parameter[4]; /* sizes and switches; each shader says which */
};

#endif
